/** The completion script for fish: complete(1) of fish. */
import type { Completable, CompletableOption, Offer } from './completable.ts';

export function formatFish(commands: readonly Completable[]): string {
  const launchers = ['sonde', ...commands.flatMap((command) => command.launchers)];
  return `# Completion of sonde's commands for fish, made by \`sonde completion fish\`.

function __sonde_interfaces
    string replace -r '.*/' '' /sys/class/net/*
end

# Those of $argv that are no options.
function __sonde_operands
    for word in $argv
        string match -q -- '-*' $word; or echo $word
    end
end

# Whether \`sonde\` runs command $argv[1] on this line; with a number, whether so many of its operands are there already.
function __sonde_runs
    set -l words (commandline -opc)
    set -e words[1]
${commands
  .filter(({ runs }) => runs.length > 0)
  .map(formatRunner)
  .join('\n')}
    test "$words[1]" = $argv[1]; or return
    set -q argv[2]; or return 0
    test (count (__sonde_operands $words[2..-1])) -eq $argv[2]
end

# Whether \`sonde\` waits for its command; with an argument, for that of \`sonde help\`.
function __sonde_waits
    set -l words (commandline -opc)
    if set -q argv[1]
        test (count $words) -eq 2; and test $words[2] = $argv[1]
    else
        test (count $words) -eq 1
    end
end

# What fish knows of commands of these names is for other programs.
${launchers.map((name) => `complete -c ${name} -e\ncomplete -c ${name} -f`).join('\n')}

${commands.flatMap((command) => command.launchers.map((name) => formatCommand(command, `-c ${name}`))).join('\n\n')}

complete -c sonde -n __sonde_waits -l help -d 'print the commands and exit'
complete -c sonde -n __sonde_waits -l version -d 'print the version and exit'
complete -c sonde -n __sonde_waits -a help -d 'print the long help of a command'
${commands.map(({ name, summary }) => `complete -c sonde -n __sonde_waits -a ${name} -d ${quote(summary)}\ncomplete -c sonde -n '__sonde_waits help' -a ${name} -d ${quote(summary)}`).join('\n')}

${commands.map(formatSubcommand).join('\n\n')}
`;
}

function formatCommand({ options, operands }: Completable, condition: string): string {
  const operandLine = operands.kind === 'none' ? [] : [`complete ${condition} ${formatOffer(operands)}`];
  return [...options.map((option) => `complete ${condition} ${formatOption(option)}`), ...operandLine].join('\n');
}

function formatSubcommand(command: Completable): string {
  const { name, runs } = command;
  if (runs.length === 0) return formatCommand(command, `-c sonde -n '__sonde_runs ${name}'`);
  return [
    formatCommand(command, `-c sonde -n '__sonde_runs ${name} 0'`),
    `complete -c sonde -n '__sonde_runs ${name} 1' ${formatOffer({ kind: 'words', words: runs })}`,
  ].join('\n');
}

/** From its second operand on it is as if `sonde` ran that. */
function formatRunner({ name, runs }: Completable): string {
  return `    if test "$words[1]" = ${name}
        set -l operands (__sonde_operands $words[2..-1])
        if contains -- "$operands[2]" ${runs.join(' ')}
            set words $words[(contains -i -- $operands[2] $words)..-1]
        end
    end`;
}

function formatOption({ letters, long, help, argument }: CompletableOption): string {
  const names = [...letters.map((letter) => `-s ${quote(letter)}`), `-l ${long}`].join(' ');
  const takes = argument === null ? '' : ` -r ${formatOffer(argument.offer)}`;
  return `${names}${takes} -d ${quote(help)}`;
}

function formatOffer(offer: Offer): string {
  switch (offer.kind) {
    case 'none':
      return '-f';
    case 'host':
      return "-f -a '(__fish_print_hostnames)'";
    case 'interface':
      return "-f -a '(__sonde_interfaces)'";
    case 'file':
      return '-F';
    case 'words':
      return `-f -a ${quote(offer.words.join(' '))}`;
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
