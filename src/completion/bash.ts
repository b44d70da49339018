/** The completion script for bash: bash(1), "Programmable Completion". It needs no other package. */
import type { Completable, Offer } from './completable.ts';

/** One function for all commands: a shell should not hold hundreds. */
export function formatBash(commands: readonly Completable[]): string {
  const launchers = commands.flatMap((command) => command.launchers);
  const names = commands.map(({ name }) => name);
  return `# Completion of sonde's commands for bash, made by \`sonde completion bash\`.

# Into \`options\`: all options of command $1.
_sonde_options() {
  case $1 in
${commands.map(({ name, options }) => `    ${name}) options='${options.map(({ long }) => `--${long}`).join(' ')}' ;;`).join('\n')}
  esac
}

# Into \`offer\`: what follows option $2 of command $1. Empty for a flag, \`none\` where only the user can know.
_sonde_argument() {
  offer=
  case "$1 $2" in
${commands.flatMap(formatArguments).join('\n')}
  esac
}

# Into \`offer\`: what an operand of command $1 is.
_sonde_operand() {
  case $1 in
${commands.map(({ name, operands }) => `    ${name}) offer=${formatOffer(operands)} ;;`).join('\n')}
  esac
}

# Into \`runs\`: the commands of which one stands behind the first operand of command $1.
_sonde_runs() {
  case $1 in
${commands
  .filter(({ runs }) => runs.length > 0)
  .map(({ name, runs }) => `    ${name}) runs='${runs.join(' ')}' ;;`)
  .join('\n')}
  esac
}

# Into \`offer\` and \`glued\`: what the last letter of cluster $2 takes, and what of it is there already.
_sonde_cluster() {
  local at
  glued=
  for ((at = 1; at < \${#2}; at++)); do
    _sonde_argument "$1" "-\${2:at:1}"
    if [[ $offer ]]; then
      glued=\${2:at+1}
      return
    fi
  done
}

_sonde_interfaces() {
  local path
  for path in /sys/class/net/*; do
    [[ -d $path ]] && echo "\${path##*/}"
  done
}

# Names of /etc/hosts by bash itself, and those of known_hosts that are not hashed.
_sonde_hosts() {
  local file names rest name
  compgen -A hostname
  for file in ~/.ssh/known_hosts /etc/ssh/ssh_known_hosts; do
    [[ -r $file ]] || continue
    # Not word by word of an expansion: a pattern among the names would become names of files.
    while read -r names rest; do
      printf '%s\\n' "\${names//,/$'\\n'}"
    done <"$file" | while read -r name; do
      name=\${name#[}
      printf '%s\\n' "\${name%%]*}"
    done
  done
}

# What may be offered for \`offer\`, a word a line.
_sonde_words() {
  case $offer in
    interface) _sonde_interfaces ;;
    # Whatever is no name or address: hashes, marks, and what a shell would run.
    host) _sonde_hosts | grep -v '[^A-Za-z0-9._:-]' ;;
    words:*) printf '%s\\n' \${offer#words:} ;;
  esac
}

# Into \`words\` and \`cword\`: the line up to the cursor, where bash makes several words of --option=value and of fe80::1.
# Into \`kept\`: how much of the last word stands before the part that bash replaces.
_sonde_read_line() {
  local rest=\${COMP_LINE:0:COMP_POINT} part
  for part in "\${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
    if ((cword < 0)) || [[ $rest == [[:blank:]]* ]]; then
      rest=\${rest#"\${rest%%[![:blank:]]*}"}
      ((cword += 1))
    fi
    kept=\${words[cword]}
    ((\${#part} <= \${#rest})) || part=$rest
    words[cword]+=$part
    rest=\${rest#"$part"}
  done
  # Of a = or : at the end nothing is replaced.
  [[ $part == *[!=:]* || $COMP_WORDBREAKS != *"\${part: -1}"* ]] || kept=\${words[cword]}
}

# Fills COMPREPLY with what begins with $1 out of \`offer\`, each behind $2. Not by compgen -W, which expands each word.
_sonde_reply() {
  local word
  if [[ $offer == file ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -P "$2" -f -- "$1")
  else
    while read -r word; do
      [[ $word == "$1"* ]] && COMPREPLY+=("$2$word")
    done < <(_sonde_words | sort -u)
  fi
  COMPREPLY=("\${COMPREPLY[@]#"$kept"}")
}

# Completes command $1, whose own words begin at index $2.
_sonde_complete() {
  local command=$1 first=$2 offer= glued= options= runs= at
  local current=\${words[cword]} before=\${words[cword - 1]}
  _sonde_runs "$command"
  if [[ $runs ]]; then
    for ((at = first; at < cword; at++)); do
      [[ \${words[at]} == -* ]] || break
    done
    if ((cword == at + 1)); then
      offer="words:$runs"
      _sonde_reply "$current" ''
      return
    elif ((cword > at)); then
      [[ " $runs " == *" \${words[at + 1]} "* ]] && _sonde_complete "\${words[at + 1]}" $((at + 2))
      return
    fi
  fi
  for ((at = first; at < cword; at++)); do
    if [[ \${words[at]} == -- ]]; then
      _sonde_operand "$command"
      _sonde_reply "$current" ''
      return
    fi
  done
  if ((cword > first)); then
    case $before in
      --*=*) ;;
      --*) _sonde_argument "$command" "$before" ;;
      -?*)
        _sonde_cluster "$command" "$before"
        [[ $glued ]] && offer=
        ;;
    esac
  fi
  if [[ ! $offer ]]; then
    case $current in
      --*=*)
        _sonde_argument "$command" "\${current%%=*}"
        _sonde_reply "\${current#*=}" "\${current%%=*}="
        return
        ;;
      --* | -)
        _sonde_options "$command"
        offer="words:$options"
        ;;
      -*)
        _sonde_cluster "$command" "$current"
        if [[ $glued ]]; then
          _sonde_reply "$glued" "\${current%"$glued"}"
          return
        fi
        offer=none
        ;;
      *) _sonde_operand "$command" ;;
    esac
  fi
  _sonde_reply "$current" ''
}

_sonde() {
  local words=() cword=-1 kept= offer=
  COMPREPLY=()
  _sonde_read_line
  case \${1##*/} in
    sonde)
      if ((cword == 1)); then
        offer='words:${[...names, 'help'].join(' ')}'
        [[ \${words[1]} == -* ]] && offer='words:--help --version'
        _sonde_reply "\${words[1]}" ''
      elif [[ \${words[1]} == help ]]; then
        offer='words:${names.join(' ')}'
        ((cword == 2)) && _sonde_reply "\${words[2]}" ''
      else
        _sonde_complete "\${words[1]}" 2
      fi
      ;;
${commands
  .filter(({ launchers: own }) => own.length > 0)
  .map(({ name, launchers: own }) => `    ${own.join(' | ')}) _sonde_complete ${name} 1 ;;`)
  .join('\n')}
  esac
}

complete -F _sonde ${['sonde', ...launchers].join(' ')}
`;
}

/** One arm for all options of a command after which the same is offered. */
function formatArguments({ name, options }: Completable): string[] {
  const patterns = new Map<string, string[]>();
  for (const { letters, long, argument } of options) {
    if (argument === null) continue;
    const offer = formatOffer(argument.offer);
    const spellings = [...letters.map((letter) => `-${letter}`), `--${long}`].map((text) => `'${name} ${text}'`);
    patterns.set(offer, [...(patterns.get(offer) ?? []), ...spellings]);
  }
  return [...patterns].map(([offer, spellings]) => `    ${spellings.join(' | ')}) offer=${offer} ;;`);
}

/** Words of ours hold neither blanks nor quotes. */
function formatOffer(offer: Offer): string {
  return offer.kind === 'words' ? `'words:${offer.words.join(' ')}'` : offer.kind;
}
