/** The test's side of the lying responder. It needs no control: what it does is chosen by the destination address. */
import { Child } from '../child.ts';

const RESPONDER = new URL('main.ts', import.meta.url).pathname;

/** Starts the responder inside the liar's namespace. @throws Error */
export async function startResponder(netns: string): Promise<Child> {
  return await Child.start(netns, RESPONDER);
}
