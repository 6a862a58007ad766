import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeRealRound, planRealRound } from '../chaos/plan-real-round.ts';
import { openRealArena, realChaosSkipReason, type RealArena } from '../chaos/real-arena.ts';
import { playRealRound } from '../chaos/real-round.ts';
import { skipLoudly } from '../support/labtui.ts';

const skip = skipLoudly('chaos with the real AWS provider', await realChaosSkipReason());

/** All at once in an apply, a destroy cut short with its provider left running, Terraform killed under a living labtui; each at a call. */
const seeds = [1, 3, 16];

describe.skipIf(skip)('labtui, Terraform or the real AWS provider hit at a random moment', () => {
  let arena: RealArena;
  beforeAll(async () => {
    arena = await openRealArena({ measures: false });
  });
  afterAll(() => arena.remove());

  it.each(seeds.map((seed) => [seed, describeRealRound(planRealRound(seed))] as const))('seed %d, %s: EC2 has nothing of it after cleanup --sweep, and all else is as it was', async (seed) => {
    const { complaints, outcome } = await playRealRound(arena, seed);
    expect(complaints, outcome).toEqual([]);
  });
});
