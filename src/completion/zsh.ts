/** The completion script for zsh: zshcompsys(1), `_arguments`. It can be sourced, or lie in a folder of $fpath as `_sonde`. */
import type { Completable, CompletableOption, Offer } from './completable.ts';

export function formatZsh(commands: readonly Completable[]): string {
  const standing = commands.filter(({ launchers }) => launchers.length > 0);
  const launchers = ['sonde', ...standing.flatMap((command) => command.launchers)].join(' ');
  return `#compdef ${launchers}
# Completion of sonde's commands for zsh, made by \`sonde completion zsh\`.

_sonde_interfaces() {
  local -a interfaces=(/sys/class/net/*(N:t))
  _wanted interfaces expl interface compadd -a interfaces
}

${commands.map(formatFunction).join('\n\n')}

_sonde_commands() {
  local -a commands=(
${[...commands.map(({ name, summary }) => [name, summary] as const), HELP].map(([name, summary]) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
  )
  _describe -t commands command commands
}

_sonde() {
  local curcontext=$curcontext state line expl
  local -A opt_args
  case $service in
${standing.map(({ name, launchers: own }) => `    (${own.join('|')}) _sonde_${name}; return ;;`).join('\n')}
  esac
  _arguments -C '(- *)--help[print the commands and exit]' '(- *)--version[print the version and exit]' \\
    '1:command:_sonde_commands' '*::argument:->rest' && return
  case $state:$line[1] in
    (rest:help) (( CURRENT == 2 )) && _sonde_commands ;;
    (rest:*) (( $+functions[_sonde_$line[1]] )) && _sonde_$line[1] ;;
  esac
}

if [[ $funcstack[1] == _sonde ]]; then
  _sonde "$@"
else
  compdef _sonde ${launchers}
fi
`;
}

const HELP = ['help', 'print the long help of a command'] as const;

function formatFunction({ name, options, operands, runs }: Completable): string {
  const operand = `${operands.kind === 'none' ? 'operand' : operands.kind}:${formatOffer(operands)}`;
  if (runs.length === 0) {
    return `_sonde_${name}() {\n${formatArguments('-s -S', [...options.map(formatOption), quote(`*:${operand}`)])}\n}`;
  }
  const specs = [
    ...options.map(formatOption),
    quote(`1:${operand}`),
    quote(`2:command:(${runs.join(' ')})`),
    quote('*::argument:->rest'),
  ];
  return `_sonde_${name}() {
  local curcontext=$curcontext state line
  local -A opt_args
${formatArguments('-C -s -S -A "-*"', specs)} && return
  # Of another command, as if it stood alone.
  if [[ $state == rest ]] && [[ $line[2] == (${runs.join('|')}) ]]; then
    shift words
    (( CURRENT-- ))
    _sonde_$line[2]
  fi
}`;
}

function formatArguments(flags: string, specs: readonly string[]): string {
  return [`  _arguments ${flags}`, ...specs.map((spec) => `    ${spec}`)].join(' \\\n');
}

/**
 * `'(-q --quiet)'{-q,--quiet}'[help]'`: a flag excludes itself once it is given. `'*'{-c+,--count=}'[help]:name:what is offered'`: an
 * option with an argument may come again, for several can, and of the others the last one counts.
 */
function formatOption({ letters, long, help, argument }: CompletableOption): string {
  const spellings = [...letters.map((letter) => `-${letter}`), `--${long}`];
  const before = argument === null ? `(${spellings.join(' ')})` : '*';
  const behind = argument === null ? '' : `:${escapeColons(argument.name)}:${formatOffer(argument.offer)}`;
  const forms = spellings.map((text) => {
    if (argument === null) return quoteWord(text);
    return quoteWord(text) + (text.startsWith('--') ? '=' : '+');
  });
  const spelled = forms.length === 1 ? forms[0]! : `{${forms.join(',')}}`;
  return `${quote(before)}${spelled}${quote(`[${escapeColons(help)}]${behind}`)}`;
}

function formatOffer(offer: Offer): string {
  switch (offer.kind) {
    case 'none':
      return ' ';
    case 'host':
      return '_hosts';
    case 'interface':
      return '_sonde_interfaces';
    case 'file':
      return '_files';
    case 'words':
      return `(${offer.words.join(' ')})`;
  }
}

/** What ends a part of a spec of `_arguments`. */
function escapeColons(text: string): string {
  return text.replace(/[\\:[\]]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** -? is a pattern otherwise. */
function quoteWord(text: string): string {
  return text.replace('?', '\\?');
}
