import type { StateResource } from '../core/cloud.ts';
import { tagKeys } from '../core/tags.ts';
import type { StateFile } from '../core/terraform.ts';
import type { LabPorts } from './ports.ts';

type WholeState = Extract<StateFile, { kind: 'ok' }>;

/**
 * Why a whole state is not the one that this stack's Terraform left: its resources carry another session's tag, it has another lineage
 * than what was kept of it, or it is older (a power cut may bring back what was there before; labtui's own copies are synced). null: it is.
 */
export async function whyForeign(state: WholeState, stackId: string, sessionId: string, ports: Pick<LabPorts, 'sessions' | 'readState'>): Promise<string | null> {
  const other = otherSessionIn(state, sessionId);
  if (other !== null) return `is that of another session (${other})`;
  const kept = await newestOwn(stackId, sessionId, ports);
  if (kept === null) return null;
  if (kept.lineage !== state.lineage) return `is foreign: its lineage is ${state.lineage}, that of its backups ${kept.lineage}`;
  return state.serial < kept.serial ? `is older (serial ${state.serial}) than its newest backup (serial ${kept.serial})` : null;
}

/** Whether a kept copy of a stack's state is whole and names no resource of another session. */
export async function isOwnCopy(file: string, sessionId: string, ports: Pick<LabPorts, 'readState'>): Promise<boolean> {
  return (await ownCopy(file, sessionId, ports)) !== null;
}

async function newestOwn(stackId: string, sessionId: string, { sessions, readState }: Pick<LabPorts, 'sessions' | 'readState'>): Promise<WholeState | null> {
  for (const { file } of await sessions.backups(sessionId, stackId)) {
    const state = await ownCopy(file, sessionId, { readState });
    if (state !== null) return state;
  }
  return null;
}

async function ownCopy(file: string, sessionId: string, { readState }: Pick<LabPorts, 'readState'>): Promise<WholeState | null> {
  const state = await readState(file);
  return state.kind === 'ok' && otherSessionIn(state, sessionId) === null ? state : null;
}

/** Another session that a resource of the state carries the tag of. */
function otherSessionIn({ resources }: WholeState, sessionId: string): string | null {
  return resources.map(sessionOf).find((session) => session !== null && session !== sessionId) ?? null;
}

/** The session that a resource's tags or labels name; null where it has none. */
function sessionOf({ attributes }: StateResource): string | null {
  for (const value of Object.values(attributes)) {
    if (typeof value !== 'object' || value === null || !(tagKeys.session in value)) continue;
    const named = value[tagKeys.session];
    if (typeof named === 'string') return named;
  }
  return null;
}
