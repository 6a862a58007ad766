import type { StateBackup } from '../core/session.ts';
import type { StateFile } from '../core/terraform.ts';
import type { LabPorts } from './ports.ts';

type WholeState = Extract<StateFile, { kind: 'ok' }>;

/** A kept version of a stack's state. */
export interface StateVersion extends StateBackup, WholeState {
  /** 1 is the newest. */
  readonly number: number;
  /** Whether this is what Terraform works with now. */
  readonly present: boolean;
}

export interface StateHistory {
  readonly now: StateFile;
  /** Newest first; what is not whole is left out. */
  readonly versions: readonly StateVersion[];
}

/** The state of a stack and its kept versions. */
export async function stateHistory(sessionId: string, stackId: string, { sessions, readState }: Pick<LabPorts, 'sessions' | 'readState'>): Promise<StateHistory> {
  const now = await readState(sessions.paths(sessionId).state(stackId));
  const versions: StateVersion[] = [];
  for (const backup of await sessions.backups(sessionId, stackId)) {
    const state = await readState(backup.file);
    if (state.kind === 'ok') versions.push({ ...backup, ...state, number: versions.length + 1, present: isSame(state, now) });
  }
  return { now, versions };
}

/** The version that a number names; without one the newest that is not the present state. null: there is none. */
export function chosenVersion({ versions }: StateHistory, number: number | null): StateVersion | null {
  return (number === null ? versions.find(({ present }) => !present) : versions[number - 1]) ?? null;
}

/** Addresses in the present state that a version lacks: what it would make Terraform forget. */
export function forgottenBy(version: StateVersion, now: StateFile): readonly string[] {
  if (now.kind !== 'ok') return [];
  const known = new Set(version.resources.map(({ address, id }) => `${address} ${id ?? ''}`));
  return now.resources.filter(({ address, id }) => !known.has(`${address} ${id ?? ''}`)).map(({ address }) => address);
}

function isSame(version: WholeState, now: StateFile): boolean {
  if (now.kind !== 'ok' || now.lineage !== version.lineage || now.serial !== version.serial) return false;
  return JSON.stringify(now.resources) === JSON.stringify(version.resources);
}
