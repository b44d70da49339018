/**
 * Entry of the umbrella command, dist/sonde.cjs: finds the bundle of the command that is asked for and runs it as the process.
 * Nothing else is loaded, so `sonde sweep` starts like a command of its own.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ProcessOutput } from '../cli/output.ts';
import { COMMANDS, chooseCommand } from './choose.ts';

interface CommandBundle {
  main(commandName: string): unknown;
}

export function main(commandName: string): void {
  const folder = import.meta.dirname;
  const present = COMMANDS.filter(({ name }) => existsSync(`${folder}/${name}.cjs`));
  const choice = chooseCommand(process.argv.slice(2), present, commandName);
  if (choice.action === 'run') {
    // The command finds its own arguments where it would if it had been called by itself.
    process.argv.splice(2, 1);
    const bundle = createRequire(`${folder}/sonde.cjs`)(`./${choice.command.name}.cjs`) as CommandBundle;
    bundle.main(choice.shownName);
    return;
  }
  const output = new ProcessOutput(commandName);
  if (choice.action === 'tell') output.stdout(choice.text);
  else output.stderr(choice.text);
  process.exit(output.verify(choice.exitStatus));
}
