import type { LabEvent } from '../../core/events.ts';
import type { MachineSnapshot } from '../../core/snapshot.ts';
import { listSnapshots } from '../../lab/snapshots.ts';
import type { LabContext } from '../context.ts';
import type { EventsOptions, SnapshotsOptions } from '../look-options.ts';
import { withPorts } from '../rehearsal/with-ports.ts';
import { openSessions } from '../sessions.ts';
import type { ShownSession } from '../shown-session.ts';
import { wrongUsage } from '../wrong-usage.ts';
import { isGone } from './machines.ts';
import { no } from './run-options.ts';

/** One session. Rejects with not-found or invalid-input for a reference that is no session's. */
export async function showSession(context: LabContext, reference: string): Promise<ShownSession> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  const record = await store.load(id);
  return { ...record, protectedBy: record.protection.by, archived, directory: store.paths(id).root };
}

/** What happened to a session, or (null) to all of them, so far, and with `follow` what happens from now on, until the signal comes. */
export async function sayEvents(context: LabContext, reference: string | null, { follow, since, until }: EventsOptions, sink: (event: LabEvent) => void): Promise<void> {
  const store = openSessions(context);
  const [fromMs, toMs] = [since?.getTime() ?? -Infinity, until?.getTime() ?? Infinity];
  const isWanted = ({ time }: LabEvent): boolean => Date.parse(time) >= fromMs && Date.parse(time) <= toMs;
  if (reference === null) {
    if (follow === true) throw wrongUsage('only one session can be followed');
    const all: LabEvent[] = [];
    // One after the other: of many sessions only what is wanted stays in memory.
    for (const { id } of await store.list({ archived: true })) all.push(...(await store.readEvents(id)).filter(isWanted));
    for (const event of all.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))) sink(event);
    return;
  }
  const { id } = await store.resolve(reference, { archived: true });
  const pass = (event: LabEvent): void => (isWanted(event) ? sink(event) : undefined);
  if (follow === true) for await (const event of store.followEvents(id, { signal: context.signal })) pass(event);
  else for (const event of await store.readEvents(id)) pass(event);
}

/** The snapshots of a session's machines. Rejects with not-found for one that has ended. */
export async function snapshotsOf(context: LabContext, reference: string, { host, stack }: SnapshotsOptions): Promise<readonly MachineSnapshot[]> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  if (archived) throw isGone(id);
  const record = await store.load(id);
  return withPorts(context, { rehearsed: record.rehearsed, options: {}, approve: no }, (ports) => listSnapshots(record, { host: host ?? null, stack: stack ?? null }, ports));
}
