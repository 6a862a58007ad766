import { invalidInput } from '../../core/errors.ts';
import type { Clouds } from '../../core/open-clouds.ts';
import { didYouMean } from '../../core/suggest.ts';
import { type Swept, sweep } from '../../lab/sweep.ts';
import type { SweepScope } from '../../lab/sweep-places.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import type { Call } from '../call.ts';
import type { Sink } from '../lab-run.ts';
import { usualParallelism } from '../parallelism.ts';
import { withPorts } from '../rehearsal/with-ports.ts';
import { sessionsRoot } from '../sessions.ts';
import type { SweepOptions } from '../sweep-options.ts';
import { openSweepPorts } from '../sweep-ports.ts';
import { ageOf, no, timeoutOf } from './run-options.ts';

/** Looks through the clouds for what carries labtui's marker, and removes what nobody is to need any more. Rejects with invalid-input and wrong usage. */
export async function sweepClouds({ context, settings }: Call, options: SweepOptions, sink: Sink): Promise<Swept> {
  const clouds = await context.loadClouds();
  const { owner, includeUnknown, expired, olderThan, dryRun, approve, rehearse, faults, parallelism } = options;
  const rules = { owners: owner ?? null, includeUnknown: includeUnknown === true, onlyExpired: expired === true, olderThanMs: olderThan === undefined ? null : ageOf(olderThan) };
  const scope = scopeOf(options, clouds);
  const timeoutMs = timeoutOf(options, settings);
  const world = rehearse === true ? worldDirectory(sessionsRoot(context)) : null;
  return withPorts(context, { rehearsed: world !== null, options: { fault: faults ?? [] }, approve: no }, (ports) =>
    sweep(
      {
        scope,
        rules,
        dryRun: dryRun === true,
        confirm: async (findings) => approve === undefined || approve(findings),
        parallelism: parallelism ?? settings.parallelism ?? usualParallelism(),
        sink,
        signal: context.signal,
        timeoutMs,
      },
      openSweepPorts(context, ports, { clouds, world }),
    ),
  );
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
