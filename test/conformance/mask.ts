/** Blanks out what two runs of the same command cannot have in common: clocks, process identifiers and descriptors. */

export interface Mask {
  /** Spells out the digits that iputils would print, so that a time with too many decimals makes the comparison fail. */
  readonly pattern: RegExp;
  readonly mask: string;
}

/** A command's masks; `M` are the names of those that only some cases may use. */
export interface MaskTable<M extends string> {
  /** Used in every case, but for those that ask for the mask named in `unless`. */
  readonly always: readonly (Mask & { readonly unless?: M })[];
  readonly extra: Readonly<Record<M, readonly Mask[]>>;
}

/** `text` without its clocks, and without what `extra` names. */
export function maskClocks<M extends string>(text: string, table: MaskTable<M>, extra: readonly M[] = []): string {
  const masks = [
    ...table.always.filter(({ unless }) => unless === undefined || !extra.includes(unless)),
    ...extra.flatMap((name) => table.extra[name]),
  ];
  return masks.reduce((masked, { pattern, mask }) => masked.replace(pattern, mask), text);
}
