import type { Command } from 'commander';
import type { GlobalSettings } from '../context.ts';
import { applyEnvironmentTwins } from '../environment-twins.ts';
import { withFileSettings } from '../../library/file-settings.ts';
import { settingsOf } from '../program.ts';

type Surroundings = Parameters<typeof withFileSettings>[0];

/**
 * The global switches of a command line that names no command: the terminal UI is meant. null: a command is named, help is asked
 * for, or JSON, which the interface does not speak. Throws as the parsing of the command line does.
 */
export async function bareSettings(program: Command, argv: readonly string[], surroundings: Surroundings): Promise<GlobalSettings | null> {
  const { operands, unknown } = program.parseOptions([...argv]);
  if (operands.length > 0 || unknown.length > 0 || program.getOptionValueSource('json') === 'cli') return null;
  applyEnvironmentTwins(program, surroundings.environment, new Set());
  return settingsOf(await withFileSettings(surroundings, program.opts()));
}
