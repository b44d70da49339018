/** The lab of one suite, made ready for both programs. */
import { createLab, type Lab, type LabOptions } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import type { Namespace } from '../lab/topology.ts';
import type { Helper, StartHelper } from './case.ts';
import { type Bench, IPUTILS_PATH } from './compare.ts';

/** What a suite's cases find when they come. */
export interface Scene {
  /** Options of `createLab`. */
  readonly lab: LabOptions;
  /** Where the commands run: A unless said. */
  readonly namespace?: Namespace;
  /** Changes routes, addresses, firewall rules or kernel settings before the first case. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  /** A helper that stays until the last case is through; started after `prepare`. */
  readonly with?: StartHelper;
}

export interface OpenBench extends Bench {
  /** Ends helper and lab. @throws Error, afterwards, when a helper had died meanwhile */
  close(): Promise<void>;
}

/** Builds the lab. @throws Error, and leaves nothing behind then */
export async function openBench(command: string, scene: Scene): Promise<OpenBench> {
  const namespace = scene.namespace ?? 'a';
  const lab = await createLab(scene.lab);
  let stage: Stage | undefined;
  let helper: Helper | undefined;
  const close = async () => {
    try {
      await helper?.stop();
    } finally {
      await lab.close();
      stage?.remove();
    }
  };
  try {
    stage = createStage();
    await scene.prepare?.(lab);
    helper = await scene.with?.(lab);
    const version = await lab.run(namespace, [command, '-V'], { env: { PATH: IPUTILS_PATH } });
    return {
      run: (argv, options) => lab.run(namespace, argv, options),
      forgetLearned: () => lab.forgetLearned(namespace),
      behave: (behaviour) => lab.dns.behave(behaviour),
      start: (start) => start(lab),
      ourPath: stage.command(command),
      has20221126: version.stdout.startsWith(`${command} from iputils 20221126\n`),
      close,
    };
  } catch (error) {
    await close().catch(() => {}); // The first error tells more.
    throw error;
  }
}
