/**
 * An output for what a file says. A recording may come from anybody, and holds what peers sent: what would steer a terminal is
 * shown as `\ooo`. Runs print none of it but tabs, bells, the backspaces of a flood, and colours (ECMA-48, SGR), which pass.
 */
import type { CommandOutput } from '../cli/output.ts';

const STEERING = /\x1b(?!\[[0-9;]*m)|[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]/g;

export function makeSafe(text: string): string {
  return text.replace(STEERING, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** `commandName`: as the recorded run named itself. */
export function safeOutput(output: CommandOutput, commandName: string): CommandOutput {
  const stderr = (text: string) => output.stderr(makeSafe(text));
  return {
    commandName,
    stdout: (text) => output.stdout(makeSafe(text)),
    stderr,
    complain: (message) => stderr(`${commandName}: ${message}\n`),
  };
}
