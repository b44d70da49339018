/** What a renderer of lines answers, so that it need not know where they go. */
import type { CommandOutput } from './output.ts';

export interface Output {
  readonly stream: 'stdout' | 'stderr';
  /** On stderr without the command's name, which goes before it unless `bare`. */
  readonly text: string;
  readonly bare?: boolean;
}

export function writePieces(output: CommandOutput, pieces: readonly Output[]): void {
  for (const { stream, text, bare } of pieces) {
    if (stream === 'stdout') output.stdout(text);
    else output.stderr(bare === true ? text : `${output.commandName}: ${text}`);
  }
}
