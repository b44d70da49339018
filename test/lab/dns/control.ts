/** The test's side of the lab's DNS server. */
import { Child } from '../child.ts';
import type { DnsBehaviour, SeenQuery } from './behaviour.ts';

const SERVER = new URL('server.ts', import.meta.url).pathname;

export class DnsServer {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts the server inside the namespace, on UDP port 53 of `address`. @throws Error */
  static async start(netns: string, address: string): Promise<DnsServer> {
    return new DnsServer(await Child.start(netns, SERVER, [address]));
  }

  /** Changes how questions are answered from now on; in force when this settles. */
  async behave(behaviour: DnsBehaviour): Promise<void> {
    await this.#child.ask(JSON.stringify(behaviour));
  }

  /** All questions so far, in order of arrival. */
  async queries(): Promise<SeenQuery[]> {
    return JSON.parse(await this.#child.ask(JSON.stringify('queries'))) as SeenQuery[];
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
