/** Interfaces of this network namespace, asked once per run and looked up by name or index. */
import type { NativeAddon, NativeInterface } from './native.ts';

export class Interfaces {
  readonly #addon: NativeAddon;
  #list: readonly NativeInterface[] | undefined;

  constructor(addon: NativeAddon) {
    this.#addon = addon;
  }

  get all(): readonly NativeInterface[] {
    this.#list ??= this.#addon.interfaces();
    return this.#list;
  }

  byName(name: string): NativeInterface | null {
    return this.all.find((each) => each.name === name) ?? null;
  }

  /** if_indextoname(3); null for an index that is not there. */
  readonly nameOf = (index: number): string | null => this.all.find((each) => each.index === index)?.name ?? null;
}
