/** Removes what labs of crashed test runs left behind: namespaces with all that runs inside, /etc files, folders. */
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteNamespaces, listNamespaceNames } from './netns.ts';
import { isAbandoned } from './ownership.ts';

/** Only things whose maker is dead are touched, so that runs in parallel do not disturb each other. */
export async function sweepAbandoned(): Promise<void> {
  await deleteNamespaces(listNamespaceNames().filter(isAbandoned));
  for (const folder of readdirSync(tmpdir()).filter(isAbandoned)) {
    rmSync(join(tmpdir(), folder), { recursive: true, force: true });
  }
}
