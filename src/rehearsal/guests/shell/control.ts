/** `exit`, or a failure under `set -e`. */
export class ExitShell extends Error {
  override readonly name = 'ExitShell';
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** `return` */
export class ReturnFromFunction extends Error {
  override readonly name = 'ReturnFromFunction';
  readonly code: number;

  constructor(code: number) {
    super(`return ${code}`);
    this.code = code;
  }
}

/** `break` and `continue` */
export class BreakLoop extends Error {
  override readonly name = 'BreakLoop';
  /** How many loops it leaves, the last of them going on with its next turn where `again`. */
  readonly loops: number;
  readonly again: boolean;

  constructor(loops: number, again: boolean) {
    super(again ? 'continue' : 'break');
    this.loops = loops;
    this.again = again;
  }
}
