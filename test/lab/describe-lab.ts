/** The suite wrapper of everything that needs a lab: it may be left out on a laptop, never in CI. */
import { describe } from 'vitest';
import { canUseNetns } from './netns.ts';

/**
 * `describe` where namespaces can be made, `describe.skip` where not.
 * @throws Error in CI (`CI=true`) instead of skipping: a test that silently never runs proves nothing.
 */
export function describeLab(title: string, suite: () => void): void {
  if (!canUseNetns && process.env['CI'] === 'true') {
    throw new Error(`"${title}" needs network namespaces (root, ip-netns(8)), and CI must not skip it`);
  }
  describe.skipIf(!canUseNetns)(title, suite);
}
