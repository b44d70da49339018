/** What every run of the library may tell beside its room's own events. */

/** Something that the machine could not do as it was asked to; the run goes on without it. */
export interface WarningEvent {
  readonly type: 'warning';
  /** For a reader, without a full stop. */
  readonly message: string;
}
