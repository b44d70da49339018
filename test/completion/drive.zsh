# zsh -f drive.zsh SCRIPT LINE...: what an interactive zsh offers for each line, one offer a line, and === behind each line's.
# compadd is where every completion ends, so one of our own around it sees all matches.
zmodload zsh/zpty
zpty shell zsh -f -i
type() { zpty -w shell "$1" }
type 'PS1=; stty -echo'
type 'autoload -Uz compinit && compinit -u -D'
type "source $1"
type 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a __matches
  builtin compadd -A __matches "$@"
  print -rl -- MATCH:${^__matches}
  builtin compadd "$@"
}'
type 'told() { print -r -- TOLD }; bindkey "^I" complete-word; zstyle ":completion:*" list-prompt ""; LISTMAX=10000'
type 'print RE""ADY'
zpty -r -m shell screen '*READY*'
for line in "${@[2,-1]}"; do
  type 'comppostfuncs=(told); print NE""XT'
  zpty -r -m shell screen '*NEXT*'
  zpty -w -n shell "$line"$'\t'
  zpty -r -m shell screen '*TOLD*'
  print -r -- "$screen" | tr -d '\r' | sed -n 's/^.*MATCH://p' | sort -u
  print -r -- '==='
  # Away with the line that was completed.
  zpty -w -n shell $'\C-u'
done
zpty -d shell
