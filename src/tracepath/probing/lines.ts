/** What the lines of --flows and --report have in common. */

/**
 * Nothing passes beyond here: !H, !N, !A, !P as tracepath(8), or ! and the number of another error.
 *
 * @pattern ^!([HNAP]|[0-9]+)$
 */
export type Mark = string;
