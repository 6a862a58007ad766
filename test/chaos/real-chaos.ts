import { describeRealRound } from './plan-real-round.ts';
import { openRealArena, type RealArena } from './real-arena.ts';
import { playRealRound } from './real-round.ts';

export interface RealChaosOptions {
  readonly runs: number;
  /** The first round's; each next one has the next number. */
  readonly seed: number;
  /** Rounds at a time, each with an EC2 emulator of its own. */
  readonly jobs: number;
  readonly say: (text: string) => void;
}

/**
 * Plays so many rounds with the real AWS provider on an EC2 emulator, and tells of each. Resolves with what should not have happened,
 * by seed: `--real --seed N --runs 1` plays that round again.
 */
export async function realChaos({ runs, seed, jobs, say }: RealChaosOptions): Promise<readonly string[]> {
  const startedMs = Date.now();
  const complaints: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    let arena: RealArena | null = null;
    try {
      for (let index = next++; index < runs; index = next++) {
        arena ??= await openRealArena();
        const round = await playRealRound(arena, seed + index);
        const told = describeRealRound(round.plan);
        complaints.push(...round.complaints.map((complaint) => `seed ${seed + index} (${told}): ${complaint}`));
        say(`${String(seed + index).padStart(8)}  ${told}; then ${round.outcome}${round.complaints.map((complaint) => `\n          WRONG: ${complaint}`).join('')}`);
        if (round.complaints.length > 0) {
          // What is wrong in this account would be held against the next round.
          await arena.remove();
          arena = null;
        }
      }
    } finally {
      await arena?.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs) }, worker));
  const minutes = (Date.now() - startedMs) / 60_000;
  say(`${runs} runs from seed ${seed} with the real provider, ${jobs} at a time, ${minutes.toFixed(1)} min: ${complaints.length === 0 ? '0 left, nothing foreign touched' : `${complaints.length} complaints`}`);
  return complaints;
}
