import type { Command, Option } from 'commander';
import type { CliContext } from './context.ts';

/** What a command line's flags came to, by their names in camel case. */
export type Options = Readonly<Record<string, unknown>>;

/** A command's code: the context, the arguments, the flags; its exit code. */
export type Work = (context: CliContext, args: readonly unknown[], options: Options) => Promise<number> | number;

/** How a program's commands are added and wired. */
export interface CommandKit {
  readonly add: (parent: Command, usage: string, description: string) => Command;
  readonly action: (work: Work) => (...values: unknown[]) => Promise<void>;
  readonly approve: Option;
}
