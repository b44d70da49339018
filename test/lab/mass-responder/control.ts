/** The test's side of the mass responder. */
import { Child } from '../child.ts';

const RESPONDER = new URL('main.ts', import.meta.url).pathname;

/** Starts it inside the namespace at the far end of a link without ARP. @throws Error */
export async function startMassResponder(netns: string): Promise<Child> {
  return await Child.start(netns, RESPONDER);
}
