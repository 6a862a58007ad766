import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeRealRound, planRealRound } from '../chaos/plan-real-round.ts';
import { openRealArena, realChaosSkipReason, type RealArena } from '../chaos/real-arena.ts';
import { playRealRound } from '../chaos/real-round.ts';
import { skipLoudly } from '../support/labtui.ts';

const skip = skipLoudly('chaos with the real AWS provider', await realChaosSkipReason());

/** One each of: a machine whose answer nobody hears any more, a destroy that is cut short, and Terraform killed under a living labtui. */
const seeds = [1, 2, 3];

describe.skipIf(skip)('labtui, Terraform or the real AWS provider hit at a random moment', () => {
  let arena: RealArena;
  beforeAll(async () => {
    arena = await openRealArena();
  });
  afterAll(() => arena.remove());

  it.each(seeds.map((seed) => [seed, describeRealRound(planRealRound(seed))] as const))('seed %d, %s: EC2 has nothing of it after cleanup --sweep, and all else is as it was', async (seed) => {
    const { complaints, outcome } = await playRealRound(arena, seed);
    expect(complaints, outcome).toEqual([]);
  });
});
