import { formatDuration } from '../../core/duration.ts';
import type { ReplacedStack } from '../../core/events.ts';
import { replace as replaceMachines } from '../../library/change.ts';
import type { FinalEvent } from '../../library/lab-run.ts';
import type { RehearsalOptions } from '../../library/rehearsal/with-ports.ts';
import { approver, cannotAsk } from '../approval.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { flagFields, follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { costChange } from '../text/replacement.ts';

export interface ReplaceOptions extends RehearsalOptions {
  readonly stack?: string;
  readonly host?: string;
  readonly rollback?: boolean;
  readonly autoApprove?: boolean;
  readonly timeout?: string;
  readonly [override: string]: unknown;
}

/** `labtui replace S --distro D`: makes a lab's machines something else, in place. */
export async function replace(context: CliContext, reference: string, options: ReplaceOptions): Promise<number> {
  if (options.autoApprove !== true && (!context.interactive || context.settings.json)) throw cannotAsk();
  const { stack, host, rollback, autoApprove, rehearse, fault, timeout, ...flags } = options;
  const reader = await openReader(context, { asks: autoApprove !== true });
  try {
    const fields = await flagFields(context, Object.fromEntries(replaceable.map((key) => [key, flags[key]])));
    const approve = autoApprove === true ? undefined : approver(context, reader);
    const result = await follow(replaceMachines(reference, { ...around(context), ...fields, stack, host, rollback, rehearse, faults: fault, timeout, approve }), reader);
    reader.end();
    if (!context.settings.json) closingWords(context, result);
    return result.exitCode;
  } finally {
    reader.end();
  }
}

/** The name of a flag elsewhere would change where the machine is. */
const replaceable = ['distro', 'size', 'instanceType', 'arch', 'image', 'disk'];

function closingWords({ theme, out, err }: CliContext, { session, exitCode, replaced }: FinalEvent): void {
  const id = session ?? '';
  for (const stack of replaced ?? []) {
    const { outcome, hosts, from, to, shellMs } = stack;
    const time = shellMs === null ? '' : ` in ${formatDuration(shellMs)}`;
    const line = {
      replaced: `${theme.good(theme.glyphs.ready)} ${hosts.join(', ')}: ${to} in the place of ${from}, ready${time}`,
      returned: `${theme.warn(theme.glyphs.attention)} ${hosts.join(', ')}: ${to} failed; ${from} again${time}`,
      unchanged: `${theme.warn(theme.glyphs.attention)} ${hosts.join(', ')}: ${to} failed; ${from} was never touched`,
      broken: `${theme.bad(theme.glyphs.failed)} ${hosts.join(', ')}: neither ${from} nor ${to} is ready (exit ${exitCode})`,
    }[outcome];
    out(`${line}${outcome === 'replaced' ? `   ${changeOf(stack)}` : ''}\n`);
    if (outcome !== 'broken') err(`  ${hosts.map((host) => `ssh: labtui ssh ${id} --host ${host}`).join('\n  ')}\n`);
  }
}

function changeOf({ hourlyBefore, hourlyAfter, currency }: ReplacedStack): string {
  return costChange(hourlyBefore, hourlyAfter, currency);
}
