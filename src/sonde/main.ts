/**
 * Entry of the umbrella command, dist/sonde.cjs: finds the bundle of the command that is asked for and runs it as the process.
 * Nothing else is loaded, so `sonde sweep` starts like a command of its own.
 */
import { hasBundle, loadBundle } from '../cli/bundle.ts';
import { ProcessOutput } from '../cli/output.ts';
import { COMMANDS, chooseCommand } from './choose.ts';

export function main(commandName: string): void {
  const present = COMMANDS.filter(({ name }) => hasBundle(name));
  const choice = chooseCommand(process.argv.slice(2), present, commandName);
  if (choice.action === 'run') {
    // The command finds its own arguments where it would if it had been called by itself.
    process.argv.splice(2, process.argv.length, ...choice.args);
    loadBundle(choice.command.name).main(choice.command.shownName);
    return;
  }
  const output = new ProcessOutput(commandName);
  if (choice.action === 'tell') output.stdout(choice.text);
  else output.stderr(choice.text);
  process.exit(output.verify(choice.exitStatus));
}
