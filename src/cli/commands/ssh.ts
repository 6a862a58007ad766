import { readFile } from 'node:fs/promises';
import { LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import type { SessionPaths, SessionRecord } from '../../core/session.ts';
import { mendSession } from '../../lab/mend-session.ts';
import type { InstalledSessionStore } from '../../sessions/store.ts';
import type { CliContext } from '../context.ts';
import { originOf } from '../origin.ts';
import { openSessions } from '../sessions.ts';

export interface HostChoice {
  readonly record: SessionRecord;
  readonly paths: SessionPaths;
  readonly hosts: readonly Host[];
}

/** The machines of a session that have an address; LabError where it has none, or is over. */
export async function hostsOf(context: CliContext, reference: string): Promise<HostChoice> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  if (archived) throw new LabError({ kind: 'not-found', summary: `${id} is gone; it was destroyed`, hint: `labtui receipt ${id}` });
  const record = await store.load(id);
  await mend(context, store, record);
  const hosts = Object.values(record.stacks).flatMap((stack) => stack.hosts.filter(({ instanceId }) => instanceId !== null));
  if (hosts.length === 0) {
    throw new LabError({ kind: 'not-ready', summary: `${id} has no machine yet (${record.phase})`, hint: `labtui apply --session ${id}` });
  }
  return { record, paths: store.paths(id), hosts };
}

/** A directory that was copied here: OpenSSH refuses a key that others can read, and its configuration names the other place. */
async function mend(context: CliContext, store: InstalledSessionStore, record: SessionRecord): Promise<void> {
  const { id } = record;
  for (const event of await mendSession(id, store)) {
    store.appendEvent(id, { v: 1, time: new Date().toISOString(), session: id, stack: null, ...event, ...originOf(context) });
    if (!context.settings.quiet) context.err(`${event.message}\n`);
  }
  const paths = store.paths(id);
  const text = await readFile(paths.sshConfig, 'utf8').catch(() => '');
  if (text !== '' && !text.includes(paths.knownHosts.replaceAll('%', '%%'))) {
    const { writeConfig } = await import('../../ssh/session-files.ts');
    await writeConfig(paths, record);
  }
}

/** The one machine meant: named by `--host`, else the only one. */
export function oneHost({ record, hosts }: HostChoice, wanted: string | undefined): Host {
  if (wanted !== undefined) {
    const named = hosts.filter(({ name }) => name === wanted || name.endsWith(`-${wanted}`));
    if (named.length === 1 && named[0] !== undefined) return named[0];
    throw new LabError({ kind: 'invalid-input', summary: `${record.id} has ${named.length === 0 ? 'no' : 'more than one'} machine "${wanted}"`, hint: `--host one of: ${hosts.map(({ name }) => name).join(', ')}` });
  }
  const [first, second] = hosts;
  if (first !== undefined && second === undefined) return first;
  throw new LabError({ kind: 'invalid-input', summary: `${record.id} has ${hosts.length} machines`, hint: `say which: --host ${hosts.map(({ name }) => name).join(' | ')}` });
}

/** `labtui ssh S [-- CMD...]`: the system's OpenSSH on this terminal; its exit code is ours. */
export async function ssh(context: CliContext, reference: string, command: readonly string[], wanted: string | undefined): Promise<number> {
  const choice = await hostsOf(context, reference);
  const host = oneHost(choice, wanted);
  const { runOpenSsh } = await import('../../ssh/open-ssh.ts');
  return runOpenSsh({ config: choice.paths.sshConfig, alias: host.name, command, environment: context.environment });
}
