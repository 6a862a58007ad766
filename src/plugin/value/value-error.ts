/** A value is not of the type that the schema gives it: a bug here, or a state that another provider wrote. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[]) {
    super(message);
    this.path = path;
  }
}
