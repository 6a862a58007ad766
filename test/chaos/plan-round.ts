import { randomFrom } from '../support/random.ts';

const clouds = ['aws', 'azure', 'gcp'] as const;
/** What goes wrong in the cloud beside the kill; each is over before the cleaning up, but for what it left. */
const faults = ['answer-lost', 'network,times=2', 'slow,for=2s', 'provider-crash', 'quota,call=2', 'permission', 'throttled,times=2', 'conflict', 'half-written-state'] as const;

/** Of a power cut the processes die, and what was not synced is lost. */
export const victims = ['labtui', 'terraform', 'provider', 'labtui and terraform', 'all', 'power'] as const;
export type Victim = (typeof victims)[number];
export type ChaosSignal = 'SIGKILL' | 'SIGTERM' | 'SIGINT';

/** One round, all of it decided by its seed. */
export interface RoundPlan {
  readonly seed: number;
  readonly clouds: readonly string[];
  readonly count: number;
  readonly onFailure: 'destroy' | 'keep';
  readonly fault: string | null;
  /** Which of the two commands is hit. */
  readonly during: 'apply' | 'destroy';
  readonly victim: Victim;
  readonly signal: ChaosSignal;
  /** When it is hit, as a part of the time that the command takes undisturbed. */
  readonly moment: number;
}

export function planRound(seed: number): RoundPlan {
  const random = randomFrom(seed);
  const oneOf = <T>(values: readonly [T, ...T[]]): T => values[Math.floor(random() * values.length)] ?? values[0];
  const first = oneOf(clouds);
  const second = oneOf(clouds);
  return {
    seed,
    clouds: random() < 0.2 && second !== first ? [first, second] : [first],
    count: random() < 0.3 ? 2 : 1,
    onFailure: random() < 0.3 ? 'keep' : 'destroy',
    fault: random() < 0.5 ? oneOf(faults) : null,
    during: random() < 0.25 ? 'destroy' : 'apply',
    victim: oneOf(victims),
    signal: oneOf(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT']),
    moment: random() * 1.1,
  };
}

/** For people: what happens in the round. */
export function describeRound({ clouds: where, count, fault, during, victim, signal, moment }: RoundPlan): string {
  const lab = `${where.join('+')}${count > 1 ? ` x${count}` : ''}`;
  return `${lab.padEnd(12)} ${signal.slice(3).padEnd(4)} ${victim.padEnd(20)} at ${String(Math.round(moment * 100)).padStart(3)} % of ${during.padEnd(7)} ${fault ?? ''}`.trimEnd();
}
