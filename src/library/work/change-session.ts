import { parseDuration } from '../../core/duration.ts';
import { invalidInput } from '../../core/errors.ts';
import { asList } from '../../core/profile.ts';
import { type SnapshotVerb, snapshotNameAt } from '../../core/snapshot.ts';
import { type ExtendRequest, extendSession } from '../../lab/extend.ts';
import { powerSession } from '../../lab/power.ts';
import type { PowerVerb } from '../../lab/power-stack.ts';
import { refreshSession } from '../../lab/refresh.ts';
import { replaceMachines } from '../../lab/replace.ts';
import type { Wanted } from '../../lab/replace-target.ts';
import { checkSnapshotName, snapshotSession } from '../../lab/snapshots.ts';
import type { Verdict } from '../../lab/verdict.ts';
import { verifySession } from '../../lab/verify.ts';
import type { Call } from '../call.ts';
import type { LabContext } from '../context.ts';
import { changedSession } from '../lab-request.ts';
import type { Sink } from '../lab-run.ts';
import type { MachineOptions, ReplaceOptions, RunOptions } from '../options.ts';
import { onSession } from './on-session.ts';

/** Makes a session's machines something else. */
export function replaceIn(call: Call, reference: string, options: ReplaceOptions, sink: Sink): Promise<unknown> {
  return onSession(call, reference, options, async (session, ports) => {
    const wanted = await wantedOf(call.context, session.id, options);
    const { stack = null, host = null, rollback = true, approve } = options;
    return replaceMachines({ ...session, wanted, stack, host, rollback, autoApprove: approve === undefined, sink }, ports);
  });
}

/** Throws invalid-input that names the field. */
async function wantedOf(context: LabContext, id: string, { distro, size, instanceType, arch, image, disk }: ReplaceOptions): Promise<Wanted> {
  const fields = { distro, size, instanceType, arch, image, disk };
  const changed = await changedSession(context, id, { fields });
  const [to, ...others] = asList(changed?.profile.distro ?? []);
  if (changed === null || to === undefined || others.length > 0) {
    throw invalidInput('a machine is of one distribution', `--distro one of them; the stacks of ${id} one by one: --stack`);
  }
  const asked = new Set((['size', 'instanceType', 'arch', 'image', 'disk'] as const).filter((key) => fields[key] !== undefined));
  return { distro: to, profile: changed.profile, asked };
}

/** Moves a session's deadline. */
export function extendBy(call: Call, reference: string, to: string | { readonly until: string | Date }, options: RunOptions, sink: Sink): Promise<unknown> {
  const goal = goalOf(to);
  return onSession(call, reference, options, (session, ports) => extendSession({ ...session, to: goal, sink }, ports));
}

function goalOf(to: string | { readonly until: string | Date }): ExtendRequest['to'] {
  if (typeof to === 'string') {
    const byMs = parseDuration(to);
    if (byMs === null || byMs === 0) throw invalidInput(`"${to}" is no duration`, 'such as 30m, 2h, 1d');
    return { byMs };
  }
  const { until } = to;
  // With its zone: what is meant by a bare time is anybody's guess.
  const at = typeof until !== 'string' ? until : new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/.test(until) ? until : Number.NaN);
  if (Number.isNaN(at.getTime())) throw invalidInput(`--until ${String(until)} is no time`, 'with date and zone: 2026-11-21T18:00Z, 2026-11-21T18:00+01:00');
  return { until: at };
}

/** Stops, starts or restarts machines. */
export function switchPower(call: Call, verb: PowerVerb, reference: string, options: MachineOptions, sink: Sink): Promise<unknown> {
  return onSession(call, reference, options, (session, ports) => powerSession({ ...session, verb, host: options.host ?? null, stack: options.stack ?? null, sink }, ports));
}

/** Makes, takes back or deletes a snapshot. */
export function changeSnapshot(call: Call, verb: SnapshotVerb, reference: string, name: string | undefined, options: MachineOptions, sink: Sink): Promise<unknown> {
  const wanted = name ?? snapshotNameAt(new Date());
  checkSnapshotName(wanted);
  return onSession(call, reference, options, (session, ports) => snapshotSession({ ...session, verb, name: wanted, host: options.host ?? null, stack: options.stack ?? null, sink }, ports));
}

/** Holds a session's state against its clouds. */
export async function verifyAgainstClouds(call: Call, reference: string, options: RunOptions, sink: Sink): Promise<Verdict & { readonly exitCode: number }> {
  const { verdict, exitCode } = await onSession(call, reference, options, (session, ports) => verifySession({ ...session, sink }, ports));
  return { ...verdict, exitCode };
}

/** Asks the clouds how a session stands, and writes that into it. */
export function refreshFromClouds(call: Call, reference: string, options: RunOptions, sink: Sink): Promise<unknown> {
  return onSession(call, reference, options, ({ id, archived, signal }, ports) => {
    if (archived) throw invalidInput(`${id} is gone, so there is nothing to ask a cloud`, `labtui verify ${id}   says whether anything is left`);
    return refreshSession({ id, sink, signal }, ports);
  });
}
