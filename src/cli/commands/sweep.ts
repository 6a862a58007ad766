import { parseDuration } from '../../core/duration.ts';
import { exitCodes, invalidInput } from '../../core/errors.ts';
import type { Clouds } from '../../core/open-clouds.ts';
import { didYouMean } from '../../core/suggest.ts';
import { sweep as runSweep } from '../../lab/sweep.ts';
import type { SweepScope } from '../../lab/sweep-places.ts';
import type { SweepFindings } from '../../lab/sweep-receipt.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import { askYesNo, cannotAsk } from '../approval.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { usualParallelism } from '../../library/parallelism.ts';
import { openReader } from '../readers/open-reader.ts';
import type { Reader } from '../readers/reader.ts';
import { withPorts } from '../../library/rehearsal/with-ports.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { openSweepPorts } from '../../library/sweep-ports.ts';
import { renderLeft, renderPlaces, renderReceipt } from '../text/receipt.ts';
import { renderFindings } from '../text/sweep.ts';
import { timeoutOf } from '../timeout.ts';
import type { DestroyOptions } from './destroy-all.ts';

export interface SweepOptions extends DestroyOptions {
  readonly expired?: boolean;
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly includeUnknown?: boolean;
  readonly owner?: readonly string[];
  readonly cloud?: readonly string[];
  readonly region?: readonly string[];
  readonly everywhere?: boolean;
}

/** `labtui cleanup --sweep`: looks through the clouds for what carries labtui's marker, and removes what nobody is to need any more. */
export async function sweep(context: CliContext, options: SweepOptions): Promise<number> {
  const dryRun = options.dryRun === true;
  if (!dryRun && options.autoApprove !== true && (!context.interactive || context.settings.json)) throw cannotAsk();
  const clouds = await context.loadClouds();
  const scope = scopeOf(options, clouds);
  const rules = { owners: options.owner ?? null, includeUnknown: options.includeUnknown === true, onlyExpired: options.expired === true, olderThanMs: olderThanMs(options) };
  const timeoutMs = timeoutOf(options.timeout);
  // A dry run's JSON is one document: what goes on beside it is for people.
  const reader = await openReader(dryRun ? withoutJson(context) : context, { several: true });
  const world = options.rehearse === true ? worldDirectory(sessionsRoot(context)) : null;
  try {
    const swept = await withPorts(context, { rehearsed: world !== null, options, approve: () => Promise.resolve(false) }, (ports) =>
      runSweep(
        {
          scope,
          rules,
          dryRun,
          confirm: (findings) => confirm(findings, { context, reader, autoApprove: options.autoApprove === true }),
          parallelism: options.parallelism ?? usualParallelism(),
          sink: (event) => reader.take(event),
          signal: context.signal,
          timeoutMs,
        },
        openSweepPorts(context, ports, { clouds, world }),
      ),
    );
    reader.pause();
    const { findings, receipt, exitCode } = swept;
    if (dryRun && context.settings.json && findings !== null) context.out(`${JSON.stringify({ v: 1, ...findings, exitCode }, null, 2)}\n`);
    if (context.settings.json) return exitCode;
    if (findings !== null && (dryRun || receipt?.content.found === 0)) context.out(renderFindings(findings, context.theme));
    if (receipt !== null) {
      const { content, file } = receipt;
      const text = [renderReceipt(content), renderLeft(content), renderPlaces(content)].filter((part) => part !== '').join('\n');
      context.out(`${text}\n  receipt: labtui receipt --sweep${world === null ? '' : ' --rehearse'}   ${context.theme.dim(file)}\n`);
    }
    if (exitCode === exitCodes.notApproved) context.err('  nothing was deleted\n');
    return exitCode;
  } finally {
    reader.end();
  }
}

interface Asking {
  readonly context: CliContext;
  readonly reader: Reader;
  readonly autoApprove: boolean;
}

async function confirm(findings: SweepFindings, { context, reader, autoApprove }: Asking): Promise<boolean> {
  if (!context.settings.json && !context.settings.quiet) {
    reader.pause();
    context.err(renderFindings(findings, context.theme));
  }
  return autoApprove || askYesNo(context, 'Delete?');
}

function scopeOf({ cloud, region, everywhere }: SweepOptions, clouds: Clouds): SweepScope {
  const able = clouds.all.filter(({ facts }) => facts.capabilities.apply);
  const named = cloud?.map((name) => clouds.of(name)) ?? null;
  const unable = named?.find(({ facts }) => !facts.capabilities.apply);
  if (unable !== undefined) throw invalidInput(`labtui creates nothing on ${unable.facts.title}, so there is nothing to sweep`, `one of ${able.map(({ id }) => id).join(', ')}`);
  const chosen = named ?? able;
  for (const name of region ?? []) {
    const known = chosen.flatMap(({ facts }) => facts.regions.map(({ id }) => id));
    if (!known.includes(name)) throw invalidInput(`no cloud of this sweep has a region "${name}"${didYouMean(name, known)}`, 'labtui regions --cloud CLOUD');
  }
  const regions = region === undefined ? null : (id: string) => clouds.factsOf(id).regions.flatMap((one) => (region.includes(one.id) ? [one.id] : []));
  return { clouds: named?.map(({ id }) => id) ?? null, regions, everywhere: everywhere === true };
}

function olderThanMs({ olderThan }: SweepOptions): number | null {
  if (olderThan === undefined) return null;
  const ms = parseDuration(olderThan);
  if (ms === null) throw new UsageError(`--older-than ${olderThan} is no duration`, '--older-than 4h');
  return ms;
}

function withoutJson(context: CliContext): CliContext {
  return { ...context, settings: { ...context.settings, json: false } };
}
