import { readFile } from 'node:fs/promises';
import { LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import { whyAsleep } from '../../core/power.ts';
import type { SessionPaths, SessionRecord } from '../../core/session.ts';
import { mendSession } from '../../lab/mend-session.ts';
import type { InstalledSessionStore } from '../../sessions/store.ts';
import type { LabContext } from '../context.ts';
import { originOf } from '../origin.ts';
import { openSessions } from '../sessions.ts';

type Machines = LabContext & {
  /** Hears what had to be put right in a directory that was copied here. */
  readonly mended?: ((message: string) => void) | undefined;
};

export interface HostChoice {
  readonly record: SessionRecord;
  readonly paths: SessionPaths;
  readonly hosts: readonly Host[];
}

/** The machines of a session that have an address; LabError where it has none, or is over. */
export async function hostsOf(context: Machines, reference: string): Promise<HostChoice> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  if (archived) throw isGone(id);
  const record = await store.load(id);
  await mend(context, store, record);
  const hosts = Object.values(record.stacks).flatMap((stack) => stack.hosts.filter(({ instanceId }) => instanceId !== null));
  if (hosts.length === 0) {
    throw new LabError({ kind: 'not-ready', summary: `${id} has no machine yet (${record.phase})`, hint: `labtui apply --session ${id}` });
  }
  return { record, paths: store.paths(id), hosts };
}

/** What is said of a session that has ended, to whoever wants something of its machines. */
export function isGone(id: string): LabError {
  return new LabError({ kind: 'not-found', summary: `${id} is gone; it was destroyed`, hint: `labtui receipt ${id}` });
}

/** A directory that was copied here: OpenSSH refuses a key that others can read, and its configuration names the other place. */
async function mend(context: Machines, store: InstalledSessionStore, record: SessionRecord): Promise<void> {
  const { id } = record;
  for (const event of await mendSession(id, store)) {
    store.appendEvent(id, { v: 1, time: new Date().toISOString(), session: id, stack: null, ...event, ...originOf(context) });
    context.mended?.(event.message);
  }
  const paths = store.paths(id);
  const text = await readFile(paths.sshConfig, 'utf8').catch(() => '');
  if (text !== '' && !text.includes(paths.knownHosts.replaceAll('%', '%%'))) {
    const { writeConfig } = await import('../../ssh/session-files.ts');
    await writeConfig(paths, record);
  }
}

/** The one machine meant: named by `--host`, else the only one. */
export function oneHost({ record, hosts }: HostChoice, wanted: string | undefined, flag = '--host'): Host {
  if (wanted !== undefined) {
    const exact = hosts.filter(({ name }) => name === wanted);
    const named = exact.length > 0 ? exact : hosts.filter(({ name }) => name.endsWith(`-${wanted}`));
    if (named.length === 1 && named[0] !== undefined) return named[0];
    throw new LabError({ kind: 'invalid-input', summary: `${record.id} has ${named.length === 0 ? 'no' : 'more than one'} machine "${wanted}"`, hint: `${flag} one of: ${hosts.map(({ name }) => name).join(', ')}` });
  }
  const [first, second] = hosts;
  if (first !== undefined && second === undefined) return first;
  throw new LabError({ kind: 'invalid-input', summary: `${record.id} has ${hosts.length} machines`, hint: `say which: --host ${hosts.map(({ name }) => name).join(' | ')}` });
}

/** Throws not-ready, with the way out, where a machine was stopped or is gone, as far as is recorded. */
export function requireAwake({ record }: HostChoice, { name, state }: Host): void {
  const why = whyAsleep(state);
  if (why === null) return;
  const hint = state === 'stopped' || state === 'stopping' ? `labtui start ${record.id}` : `labtui apply --session ${record.id}   makes it anew`;
  throw new LabError({ kind: 'not-ready', summary: `${name} ${why}`, hint: `${hint}\nwhere somebody changed that by hand: labtui show ${record.id} --refresh` });
}

/** The machine of `--jump`: another one of the session, through which the one meant is reached. */
export function jumpOf(choice: HostChoice, wanted: string | undefined): Host | undefined {
  return wanted === undefined ? undefined : oneHost(choice, wanted, '--jump');
}
