import type { Option} from 'commander';
import { type Command } from 'commander';
import { UsageError } from './failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `--auto-approve` is twinned by `LABTUI_AUTO_APPROVE`. */
export function environmentName(option: Option): string {
  return `LABTUI_${option.name().replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Gives every option that was not on the command line the value of its environment twin. Options of the profile
 * are left alone: the input layer reads theirs, so that it can say where a value came from.
 */
export function applyEnvironmentTwins(command: Command, environment: Environment, left: ReadonlySet<string>): void {
  for (let current: Command | null = command; current !== null; current = current.parent) {
    for (const option of current.options) {
      const key = option.attributeName();
      if (left.has(option.name()) || option.long === '--version' || option.long === '--help') continue;
      if (current.getOptionValueSource(key) === 'cli') continue;
      const text = environment[environmentName(option)];
      if (text === undefined) continue;
      const value = valueOf(option, text);
      current.setOptionValueWithSource(key, value, 'env');
    }
  }
}

function valueOf(option: Option, text: string): unknown {
  if (option.isBoolean()) return parseBoolean(text, environmentName(option));
  if (option.variadic) return text.split(',').map((part) => part.trim());
  if (option.parseArg === undefined) return text;
  const value = option.parseArg<unknown>(text, undefined);
  return value;
}

/** 1, true, yes, on; 0, false, no, off and nothing. */
function parseBoolean(text: string, name: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off|)$/i.test(text)) return false;
  throw new UsageError(`${name}=${text} is neither true nor false`, `${name}=1   or   ${name}=0`);
}
