import { describe, expect, it } from 'vitest';
import { inNearestRegion } from '../../src/clouds/in-nearest-region.ts';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { LabEventBody } from '../../src/core/events.ts';
import type { NearestRegion } from '../../src/core/nearest-region.ts';
import type { StackPlan } from '../../src/core/plan.ts';
import { stackPlan } from './aws/stack-inputs.ts';

const near = (...regions: readonly string[]): readonly NearestRegion[] => regions.map((region) => ({ region, by: 'measured', reason: `${region} is near` }));
const lacks: Problem = { kind: 'capacity', summary: 'has none', holdsFor: 'region' };

function search(refusals: Readonly<Record<string, Problem>>, { plan = {}, candidates = near('a', 'b', 'c', 'd', 'e', 'f', 'g'), closed = [] as readonly string[] }: { plan?: Partial<StackPlan>; candidates?: readonly NearestRegion[]; closed?: readonly string[] } = {}) {
  const asked: string[] = [];
  const events: LabEventBody[] = [];
  const found = inNearestRegion({
    cloud: 'Toy Cloud',
    plan: stackPlan({ region: 'auto', zone: 'auto', ...plan }),
    candidates,
    closed: (region) => (closed.includes(region) ? 'not enabled' : null),
    unnamed: 'no region is configured',
    emit: (body) => void events.push(body),
    lookUp: (region, emit) => {
      asked.push(region);
      emit({ type: 'log', level: 'warn', message: `said in ${region}` });
      const refusal = refusals[region];
      return refusal === undefined ? Promise.resolve(region) : Promise.reject(new LabError(refusal));
    },
  });
  found.catch(() => undefined);
  return { found, asked, events };
}

describe('the nearest region that can take the lab', () => {
  it('is the nearest, told with why', async () => {
    const { found, asked, events } = search({});
    expect(await found).toBe('a');
    expect(asked).toEqual(['a']);
    expect(events).toEqual([
      { type: 'fallback', from: 'auto', to: 'a', reason: 'no region is configured; a is near' },
      { type: 'log', level: 'warn', message: 'said in a' },
    ]);
  });

  it('passes over regions that are not enabled or lack the size or the image, in one event that says so', async () => {
    const { found, asked, events } = search({ b: lacks, c: { kind: 'image', summary: 'no such image' } }, { closed: ['a'] });
    expect(await found).toBe('d');
    expect(asked).toEqual(['b', 'c', 'd']);
    expect(events).toEqual([
      { type: 'fallback', from: 'auto', to: 'd', reason: 'no region is configured; d is near; passed over a: not enabled; b: has none; c: no such image' },
      { type: 'log', level: 'warn', message: 'said in d' },
    ]);
  });

  it('asks five regions at most, then refuses as the nearest did', async () => {
    const { found, asked, events } = search({ a: lacks, b: lacks, c: lacks, d: lacks, e: lacks, f: lacks });
    await expect(found).rejects.toMatchObject({ problem: { kind: 'capacity', summary: 'none of the 5 nearest regions of Toy Cloud can take the lab: has none', detail: expect.stringContaining('e: has none') as string } });
    expect(asked).toHaveLength(5);
    expect(events).toEqual([]);
  });

  it('says what the account lacks where it can use none', async () => {
    const { found } = search({}, { candidates: near('a', 'b'), closed: ['a', 'b'] });
    await expect(found).rejects.toMatchObject({ problem: { kind: 'prerequisite', detail: 'a: not enabled\nb: not enabled' } });
  });

  it('stops at once at what no other region would lift, and never leaves a zone or an image that was named', async () => {
    for (const [refusal, plan] of [
      [{ kind: 'credentials', summary: 'no' }, {}],
      [{ kind: 'quota', summary: 'no' }, {}],
      [{ kind: 'capacity', summary: 'no', holdsFor: 'spot' }, {}],
      [lacks, { zone: 'a-1' }],
      [{ kind: 'image', summary: 'no' }, { imagePin: 'ami-1' }],
    ] satisfies [Problem, Partial<StackPlan>][]) {
      const { found, asked } = search({ a: refusal }, { plan });
      await expect(found).rejects.toMatchObject({ problem: refusal });
      expect(asked).toEqual(['a']);
    }
  });
});
