import { randomFrom } from '../support/random.ts';
import type { ChaosSignal } from './plan-round.ts';

/** Whoever is hit by a signal: the computer goes on. */
export const realVictims = ['labtui', 'terraform', 'provider', 'labtui and terraform', 'all'] as const;

/** One round with the real provider, all of it decided by its seed. */
export interface RealRoundPlan {
  readonly seed: number;
  readonly count: number;
  readonly spot: boolean;
  readonly onFailure: 'destroy' | 'keep';
  /** Which of the two commands is hit. */
  readonly during: 'apply' | 'destroy';
  readonly victim: (typeof realVictims)[number];
  readonly signal: ChaosSignal;
  /** `clock`: a part of the time that the command takes undisturbed; `calls`: of the calls that it makes then. */
  readonly by: 'clock' | 'calls';
  readonly moment: number;
  /** How long EC2 takes to launch a machine, ms: what asks for it may be gone by then. */
  readonly launchMs: number;
}

export function planRealRound(seed: number): RealRoundPlan {
  const random = randomFrom(seed);
  const oneOf = <T>(values: readonly [T, ...T[]]): T => values[Math.floor(random() * values.length)] ?? values[0];
  return {
    seed,
    count: random() < 0.3 ? 2 : 1,
    spot: random() < 0.2,
    onFailure: random() < 0.3 ? 'keep' : 'destroy',
    during: random() < 0.35 ? 'destroy' : 'apply',
    victim: oneOf(realVictims),
    signal: oneOf(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT']),
    by: oneOf(['clock', 'calls', 'calls']),
    moment: random() * 1.05,
    launchMs: random() < 0.4 ? 800 : 0,
  };
}

/** For people: what happens in the round. */
export function describeRealRound({ count, spot, onFailure, during, victim, signal, by, moment, launchMs }: RealRoundPlan): string {
  const lab = `${spot ? 'spot' : 'aws'}${count > 1 ? ` x${count}` : ''}${onFailure === 'keep' ? ' keep' : ''}`;
  const when = `${String(Math.round(moment * 100)).padStart(3)} % of the ${by === 'clock' ? 'time' : 'calls'} of ${during}`;
  return `${lab.padEnd(13)} ${signal.slice(3).padEnd(4)} ${victim.padEnd(20)} at ${when}${launchMs > 0 ? ', slow launch' : ''}`;
}
