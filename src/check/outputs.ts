/** The files that reports of a run go to. */
import { realpathSync } from 'node:fs';
import { UsageError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import type { ReporterChoice } from './options.ts';
import { ReportFile } from './report/report-file.ts';
import { EXIT } from './result.ts';

export interface Output {
  readonly choice: ReporterChoice;
  readonly file: ReportFile;
}

/** @throws UsageError for the first path that cannot be written, or is a check file's or another report's by a second name */
export function openOutputs(reporters: readonly ReporterChoice[], checkFiles: readonly string[]): readonly Output[] {
  const outputs: Output[] = [];
  const taken = new Map(checkFiles.map((file) => [realPath(file), 'a check file']));
  for (const choice of reporters) {
    if (choice.file === null) continue;
    try {
      const file = ReportFile.open(choice.file);
      outputs.push({ choice, file });
      const holder = taken.get(file.path);
      if (holder !== undefined) throw new UsageError(`${choice.file} is ${holder}: it would be lost`, EXIT.USAGE);
      if (file.isReplaced) taken.set(file.path, `where the ${choice.name} report goes`);
    } catch (error) {
      for (const { file } of outputs) file.discard();
      if (error instanceof UsageError) throw error;
      throw new UsageError(`cannot write ${choice.file}: ${fileReason(error)}`, EXIT.USAGE);
    }
  }
  return outputs;
}

/** Standard input, and a pipe that is named by its descriptor, have no path. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
