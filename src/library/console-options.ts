import type { CallOptions } from './options.ts';

export interface ConsoleOptions extends CallOptions {
  /** Which machine, by its name or the end of it. @default the only one */
  readonly host?: string | undefined;
  /** Goes on as more is written, until `signal` comes. @default false */
  readonly follow?: boolean | undefined;
  /** Gets each part as it comes. */
  readonly onText?: ((text: string) => void) | undefined;
}
