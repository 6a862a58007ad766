import type { LabEvent } from '../../core/events.ts';
import type { LabContext } from '../context.ts';
import { openSessions } from '../sessions.ts';
import type { ShownSession } from '../shown-session.ts';

/** One session. Rejects with not-found or invalid-input for a reference that is no session's. */
export async function showSession(context: LabContext, reference: string): Promise<ShownSession> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  const record = await store.load(id);
  return { ...record, protectedBy: record.protection.by, archived, directory: store.paths(id).root };
}

/** What happened to a session so far, and with `follow` what happens from now on, until the signal comes. */
export async function sayEvents(context: LabContext, reference: string, follow: boolean, sink: (event: LabEvent) => void): Promise<void> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  if (follow) for await (const event of store.followEvents(id, { signal: context.signal })) sink(event);
  else for (const event of await store.readEvents(id)) sink(event);
}
