/** A machine's disk, and perhaps its memory, as they were. */
export interface Snapshot {
  readonly name: string;
  /** ISO time; null: its cloud does not say. */
  readonly createdAt: string | null;
  /** What it takes; null: its cloud does not say. */
  readonly sizeBytes: number | null;
}

/** A snapshot with the machine that it is of. */
export interface MachineSnapshot extends Snapshot {
  readonly stack: string;
  readonly host: string;
}

/** What is done with snapshots. */
export type SnapshotVerb = 'create' | 'restore' | 'delete';

/** Names that every cloud takes: as a session's name. */
export const snapshotNamePattern: Readonly<RegExp> = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** What a snapshot is called that nobody named: the second it was made in, UTC. `snap-20261121-180000` */
export function snapshotNameAt(now: Date): string {
  return `snap-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
}
