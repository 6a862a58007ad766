import { resultLine } from '../as-run.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { sessionsToEnd } from '../../library/work/end-sessions.ts';
import { destroyAll } from './destroy-all.ts';
import type { SweepOptions } from './sweep.ts';

export interface CleanupOptions extends SweepOptions {
  readonly all?: boolean;
  readonly sweep?: boolean;
}

const ofSweep = ['includeUnknown', 'owner', 'cloud', 'region', 'everywhere'] as const;

/**
 * `labtui cleanup [--all|--expired|--older-than 4h]`: ends many sessions; without a switch all of this directory. With `--sweep` it looks
 * through the clouds instead.
 */
export async function cleanup(context: CliContext, options: CleanupOptions): Promise<number> {
  if (options.sweep === true) {
    if (options.all === true) throw new UsageError('--all ends the sessions of this directory, --sweep looks through the clouds', 'labtui cleanup --all   then   labtui cleanup --sweep');
    if (options.withoutTerraform === true) throw new UsageError('a sweep ends what has a state by its state', 'labtui cleanup --sweep   or   labtui cleanup --without-terraform');
    return (await import('./sweep.ts')).sweep(context, options);
  }
  const alone = ofSweep.find((name) => options[name] !== undefined && options[name] !== false);
  if (alone !== undefined) throw new UsageError(`--${alone.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} narrows or widens a sweep`, 'add --sweep');
  const chosen = [options.all === true, options.expired === true, options.olderThan !== undefined].filter(Boolean);
  if (chosen.length > 1) throw new UsageError('--all, --expired and --older-than exclude one another');
  const sessions = await sessionsToEnd({ context }, options);
  if (options.dryRun === true || sessions.length === 0) {
    if (context.settings.json) context.out(options.dryRun === true ? `${JSON.stringify(sessions, null, 2)}\n` : resultLine(context, 0, 'destroyed'));
    else if (sessions.length === 0) context.err(`nothing to clean up in ${sessionsRoot(context)}\n`);
    else context.out(`${sessions.map(({ id, phase, expiresAt }) => `${id}  ${phase}  ends ${expiresAt ?? 'never'}`).join('\n')}\n`);
    return 0;
  }
  return destroyAll(context, sessions.map(({ id }) => ({ id, archived: false })), options);
}
