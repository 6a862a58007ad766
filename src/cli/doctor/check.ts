/** One thing that a lab needs, as `labtui doctor` finds it. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** A failed check that a lab can do without. */
  readonly optional: boolean;
  readonly found: string;
  readonly fix: string | null;
  /** Only labs on this cloud need it. */
  readonly cloud?: string | undefined;
}
