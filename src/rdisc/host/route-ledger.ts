/** Which default routes are ours, and what must be done so that they are those that are wanted. */
import type { RouteEvent } from '../events.ts';
import type { RouteAction } from '../protocol.ts';
import { keyOf, type RouterRecord } from './router-table.ts';

type RouterId = Pick<RouterRecord, 'address' | 'link'>;
type Outcome = 'done' | 'exists' | number;

interface Entry {
  readonly router: RouterId;
  /** `theirs` was there before: somebody else's, to be left alone. `failed` is tried again when the router is heard again. */
  readonly state: 'ours' | 'theirs' | 'failed';
}

export class RouteLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #heard = new Set<string>();

  /** A router was heard: its route is asked for once more, since the kernel drops routes when an interface goes down. */
  hear(router: RouterId): void {
    this.#heard.add(keyOf(router));
  }

  /** What is to be done, new routes first, so that there is always one. */
  plan(wanted: readonly RouterId[]): readonly RouteAction[] {
    const wantedKeys = new Set(wanted.map(keyOf));
    const missing = wanted.filter((router) => !this.#entries.has(keyOf(router)) || this.#heard.has(keyOf(router)));
    const surplus = [...this.#entries].filter(([key]) => !wantedKeys.has(key));
    for (const [key, { state }] of surplus) if (state !== 'ours') this.#entries.delete(key);
    this.#heard.clear();
    return [
      ...missing.map((router) => actionOf('add-route', router)),
      ...surplus.filter(([, { state }]) => state === 'ours').map(([, { router }]) => actionOf('remove-route', router)),
    ];
  }

  /** Enters what a change came to. Answers whether it is news. */
  enter({ type, gateway, link }: RouteAction, outcome: Outcome): boolean {
    const router = { address: gateway, link };
    const before = this.#entries.get(keyOf(router))?.state;
    if (type === 'remove-route') return this.#entries.delete(keyOf(router));
    const isOurs = outcome === 'done' || (outcome === 'exists' && before === 'ours');
    const state = isOurs ? 'ours' : outcome === 'exists' ? 'theirs' : 'failed';
    this.#entries.set(keyOf(router), { router, state });
    return state !== before || outcome === 'done';
  }
}

function actionOf(type: RouteAction['type'], { address, link }: RouterId): RouteAction {
  return { type, gateway: address, link };
}

export function describeOutcome(outcome: Outcome): Pick<RouteEvent, 'outcome' | 'errno'> {
  return typeof outcome === 'number' ? { outcome: 'failed', errno: outcome } : { outcome, errno: null };
}
