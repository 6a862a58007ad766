import { formatDuration } from '../../core/duration.ts';
import { leftOpen } from '../../core/protection.ts';
import { restart, start, stop } from '../../library/change.ts';
import type { FinalEvent } from '../../library/lab-run.ts';
import { openSessions } from '../../library/sessions.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { stillBilledText } from '../text/still-billed.ts';

export interface MachineOptions {
  readonly host?: string;
  readonly stack?: string;
  readonly timeout?: string;
}

const verbs = { stop, start, restart };

/** `labtui stop S`, `start S`, `restart S`: switches machines through their clouds. */
export async function power(context: CliContext, verb: keyof typeof verbs, reference: string, { host, stack, timeout }: MachineOptions): Promise<number> {
  const reader = await openReader(context);
  try {
    const result = await follow(verbs[verb](reference, { ...around(context), host, stack, timeout }), reader);
    reader.end();
    if (!context.settings.json) await closingWords(context, verb, result);
    return result.exitCode;
  } finally {
    reader.end();
  }
}

async function closingWords(context: CliContext, verb: keyof typeof verbs, result: FinalEvent): Promise<void> {
  const { theme } = context;
  const id = result.session ?? '';
  const { glyphs } = theme;
  const took = formatDuration(result.durationMs);
  if (!result.ok) {
    context.err(`${theme.bad(glyphs.failed)} not all is done after ${took} (exit ${result.exitCode})\n  how it stands: labtui show ${id} --refresh\n`);
    return;
  }
  if (verb !== 'stop') {
    context.out(`${theme.good(glyphs.ready)} ready in ${took}   labtui ssh ${id}\n`);
    for (const { name, publicIp } of result.hosts) context.out(`  ${name}  ${publicIp ?? ''}\n`);
  } else {
    context.out(`${glyphs.stopped} ${result.hosts.length === 1 ? (result.hosts[0]?.name ?? id) : `${result.hosts.length} machines`} stopped in ${took}\n`);
  }
  const facts = (await context.loadClouds()).factsOf;
  const { stacks, protection } = await openSessions(context).load(id);
  for (const billed of result.stillBilled ?? []) {
    const cloud = stacks[billed.stack]?.plan.cloud;
    if (cloud !== undefined) context.out(`  ${stillBilledText(billed, facts(cloud).title)}\n`);
  }
  if (verb !== 'stop') return;
  const by = protection.by.join(', ');
  if (protection.until !== null) context.out(by === '' ? theme.warn(`  ${glyphs.attention} while it is stopped, nothing ends all of it at ${protection.until} but you\n`) : `  ends at ${protection.until} all the same, by ${by}\n`);
  const missing = [...protection.missing.filter(({ layer }) => !protection.by.includes(layer) && layer !== 'sweeper').map(({ reason }) => reason), ...leftOpen(protection)];
  for (const reason of missing) context.err(theme.dim(`  ${reason}\n`));
  context.err(`  on again: labtui start ${id}   for good: labtui destroy ${id}\n`);
}
