import type { Phase } from '../core/events.ts';
import type { SessionPaths, SessionRecord, StackRecord } from '../core/session.ts';
import type { LabPorts } from './ports.ts';

/** The session's record in hand, with every change on disk before the next thing happens. */
export interface SessionBook {
  readonly record: SessionRecord;
  readonly paths: SessionPaths;
  update(change: (record: SessionRecord) => SessionRecord): Promise<void>;
  updateStack(stackId: string, change: (stack: StackRecord) => StackRecord): Promise<void>;
  /** The session's own phase. */
  enter(phase: Phase): Promise<void>;
}

/**
 * Opens the book on a record that is on disk already. Changes of parallel stacks are written one after the other. A
 * rehearsed session with the ports of real clouds, or the other way round, is a bug and throws.
 */
export function openBook(initial: SessionRecord, ports: Pick<LabPorts, 'sessions' | 'now' | 'rehearsal'>): SessionBook {
  if (initial.rehearsed !== (ports.rehearsal !== null)) {
    throw new Error(`${initial.id} is ${initial.rehearsed ? 'rehearsed' : 'real'}, and these ports are not`);
  }
  let record = initial;
  let writing: Promise<void> = Promise.resolve();
  const update: SessionBook['update'] = (change) => {
    record = change(record);
    const written = record;
    writing = writing.catch(() => undefined).then(() => ports.sessions.save(written));
    return writing;
  };
  return {
    get record() {
      return record;
    },
    paths: ports.sessions.paths(initial.id),
    update,
    updateStack: (stackId, change) =>
      update((current) => {
        const stack = current.stacks[stackId];
        return stack === undefined ? current : { ...current, stacks: { ...current.stacks, [stackId]: change(stack) } };
      }),
    enter: (phase) =>
      update((current) => ({
        ...current,
        phase,
        phaseTimes: { ...current.phaseTimes, [phase]: ports.now().toISOString() },
      })),
  };
}
