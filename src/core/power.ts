import type { InstanceState } from './events.ts';

/** What several machines do; `mixed`: not all the same. */
export type MachinesState = InstanceState | 'mixed';

/** Their state together; null where there is none. */
export function stateOfAll(states: readonly InstanceState[]): MachinesState | null {
  const [first] = states;
  if (first === undefined) return null;
  return states.every((state) => state === first) ? first : 'mixed';
}

/** Off, or on its way there. */
export function isOff(state: InstanceState): boolean {
  return state === 'stopped' || state === 'stopping';
}

/** Why nothing can be done in a machine now, after its name; null: it runs, or nobody knows better. */
export function whyAsleep(state: InstanceState): string | null {
  switch (state) {
    case 'stopped':
      return 'is stopped';
    case 'stopping':
      return 'is being stopped';
    case 'terminating':
    case 'terminated':
      return 'is gone from its cloud';
    case 'pending':
    case 'running':
    case 'unknown':
      return null;
  }
}
