import { describeRound } from './plan-round.ts';
import { type Arena, openArena, playRound } from './round.ts';

export interface ChaosOptions {
  readonly runs: number;
  /** The first round's; each next one has the next number. */
  readonly seed: number;
  /** Rounds at a time, each in a world of its own. */
  readonly jobs: number;
  /** Leaves the place of a round that went wrong as it is, and says where. */
  readonly keep?: boolean;
  readonly say: (text: string) => void;
}

/**
 * Plays so many rounds and tells of each: labs hit at a random moment, cleaned up by `cleanup --sweep`. Resolves with what should not
 * have happened, by seed: `--seed N --runs 1` plays that round again.
 */
export async function chaos({ runs, seed, jobs, keep = false, say }: ChaosOptions): Promise<readonly string[]> {
  const startedMs = Date.now();
  const complaints: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    let arena: Arena | null = null;
    try {
      for (let index = next++; index < runs; index = next++) {
        arena ??= await openArena();
        const round = await playRound(arena, seed + index);
        complaints.push(...round.complaints.map((complaint) => `seed ${seed + index} (${describeRound(round.plan)}): ${complaint}`));
        say(`${String(seed + index).padStart(8)}  ${describeRound(round.plan)}${round.spared ? '  (stands: spared, then destroyed)' : ''}${round.complaints.length === 0 ? '' : `\n          WRONG: ${round.complaints.join('; ')}`}`);
        if (round.complaints.length > 0) {
          // What is wrong in this world would be held against the next round.
          if (keep) say(`          kept: ${arena.place.home}`);
          else arena.remove();
          arena = null;
        }
      }
    } finally {
      arena?.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs) }, worker));
  const minutes = (Date.now() - startedMs) / 60_000;
  say(`${runs} runs from seed ${seed}, ${jobs} at a time, ${minutes.toFixed(1)} min: ${complaints.length === 0 ? '0 left, nothing foreign touched' : `${complaints.length} complaints`}`);
  return complaints;
}
