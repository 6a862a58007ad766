import { readFile } from 'node:fs/promises';
import type { StateResource } from '../../core/cloud.ts';
import { exitCodes, LabError } from '../../core/errors.ts';
import type { StateFile } from '../../core/terraform.ts';
import { restoreState } from '../../lab/restore-state.ts';
import { chosenVersion, forgottenBy, type StateHistory, stateHistory, type StateVersion } from '../../lab/state-versions.ts';
import type { InstalledSessionStore } from '../../sessions/store.ts';
import { readState } from '../../terraform/state.ts';
import type { Call } from '../call.ts';
import type { LabContext } from '../context.ts';
import type { Sink } from '../lab-run.ts';
import { isRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { resultEvent } from '../result-event.ts';
import { openSessions } from '../sessions.ts';
import type { KnownResource, RestoreOptions, RestoreQuestion, ShownState, StateVersionRow } from '../kept-state.ts';
import { wrongUsage } from '../wrong-usage.ts';
import { no } from './run-options.ts';

/** The resources in the states of a session. Rejects with kind state where one cannot be read. */
export async function resourcesOf(context: LabContext, reference: string): Promise<readonly KnownResource[]> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const rows: KnownResource[] = [];
  for (const stack of await stacksOf(store, id, undefined)) {
    const file = store.paths(id).state(stack);
    const state = await readState(file);
    if (state.kind === 'unreadable') throw new LabError({ kind: 'state', summary: `the state of ${stack} ${state.reason}`, detail: file, hint: `labtui destroy ${id}   restores it from a backup` });
    if (state.kind === 'ok') rows.push(...state.resources.map((resource) => known(stack, resource)));
  }
  return rows;
}

const known = (stack: string, { address, type, id, name, tainted }: StateResource): KnownResource => ({ stack, address, type, id, name, tainted });

/** The kept versions of a session's state, of one stack or of all. */
export async function versionsOf(context: LabContext, reference: string, stack: string | undefined): Promise<readonly StateVersionRow[]> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const rows: StateVersionRow[] = [];
  for (const one of await stacksOf(store, id, stack)) rows.push(...rowsOf(one, await stateHistory(id, one, { sessions: store, readState })));
  return rows;
}

function rowsOf(stack: string, { now, versions }: StateHistory): readonly StateVersionRow[] {
  const kept = versions.map((version) => rowOf(stack, version));
  if (now.kind === 'absent' || kept.some(({ present }) => present)) return kept;
  const bare = { stack, number: null, time: null, bytes: null, present: true };
  const present = now.kind === 'ok' ? { ...bare, serial: now.serial, resources: now.resources.length, problem: null } : { ...bare, serial: null, resources: null, problem: now.reason };
  return [present, ...kept];
}

function rowOf(stack: string, { number, time, serial, resources, bytes, present }: StateVersion): StateVersionRow {
  return { stack, number, time, serial, resources: resources.length, bytes, present, problem: null };
}

/** A stack's state or a version of it. Rejects with kind state where it cannot be read, not-found where there is none. */
export async function showVersion(context: LabContext, reference: string, version: number | undefined, wanted: string | undefined): Promise<ShownState> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const stack = await oneStack(store, id, wanted);
  const file = version === undefined ? store.paths(id).state(stack) : versionOf(await stateHistory(id, stack, { sessions: store, readState }), version, id, stack).file;
  const state = await readState(file);
  if (state.kind !== 'ok') {
    throw new LabError({ kind: 'state', summary: state.kind === 'absent' ? `${stack} has no state` : `the state of ${stack} ${state.reason}`, detail: file, hint: `labtui state list ${id}   shows the versions that are kept` });
  }
  const { serial, lineage, terraformVersion, resources } = state;
  return { stack, serial, lineage, terraformVersion, resources: resources.map((resource) => known(stack, resource)), text: await readFile(file, 'utf8') };
}

/** Puts a version of a stack's state back, once it is approved. */
export async function restoreVersion({ context }: Call, reference: string, number: number | undefined, { stack: wanted, force, approve }: RestoreOptions, sink: Sink): Promise<void> {
  const startedMs = Date.now();
  const store = openSessions(context);
  const { id } = await store.resolve(reference);
  const stack = await oneStack(store, id, wanted);
  const history = await stateHistory(id, stack, { sessions: store, readState });
  const chosen = number === undefined ? chosenVersion(history, null) : versionOf(history, number, id, stack);
  if (chosen === null) throw new LabError({ kind: 'not-found', summary: `no version of ${stack} is kept but the present one`, hint: `labtui state list ${id}` });
  const question = { stack, version: rowOf(stack, chosen), now: nowOf(history.now), forgets: forgottenBy(chosen, history.now) };
  if (!chosen.present && approve !== undefined && !(await approve(question))) {
    sink(resultEvent(context, exitCodes.notApproved, (await store.load(id)).phase, Date.now() - startedMs));
    return;
  }
  await withPorts(context, { rehearsed: await isRehearsed(store, id), options: {}, approve: no }, (ports) =>
    restoreState({ id, stackId: stack, backup: chosen.name, force: force === true, sink, signal: context.signal }, ports),
  );
}

function nowOf(now: StateFile): RestoreQuestion['now'] {
  return now.kind === 'ok' ? { kind: 'ok', serial: now.serial, resources: now.resources.length } : now;
}

function versionOf(history: StateHistory, number: number, id: string, stack: string): StateVersion {
  const version = chosenVersion(history, number);
  if (version !== null) return version;
  const { length } = history.versions;
  throw new LabError({
    kind: 'not-found',
    summary: length === 0 ? `no version of ${stack} is kept` : `${stack} has ${length} kept versions, so there is no ${number}`,
    hint: `labtui state list ${id}`,
  });
}

async function oneStack(store: InstalledSessionStore, id: string, wanted: string | undefined): Promise<string> {
  const [first, ...others] = await stacksOf(store, id, wanted);
  if (first === undefined) throw new LabError({ kind: 'not-found', summary: `${id} has no stack` });
  if (others.length > 0) throw wrongUsage(`${id} has several stacks`, `--stack ${first}   or: ${others.join(', ')}`);
  return first;
}

async function stacksOf(store: InstalledSessionStore, id: string, wanted: string | undefined): Promise<readonly string[]> {
  const stacks = Object.keys((await store.load(id)).stacks);
  if (wanted === undefined) return stacks;
  if (!stacks.includes(wanted)) throw new LabError({ kind: 'not-found', summary: `${id} has no stack ${wanted}`, hint: `one of: ${stacks.join(', ')}` });
  return [wanted];
}
