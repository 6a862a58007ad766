import { describe, expect, it } from 'vitest';
import type { Lookup } from '../../src/core/cloud.ts';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { LabEventBody } from '../../src/core/events.ts';
import type { StackPlan } from '../../src/core/plan.ts';
import { lookUpOpen } from '../../src/lab/look-up-open.ts';
import { stackPlan } from '../clouds/aws/stack-inputs.ts';

const spot = (fallback: 'on-demand' | 'fail') => ({ enabled: true, maxPrice: null, fallback, timeoutMs: 60_000 });
const { imageQuery, imageUser, user, distro, instanceTypes } = stackPlan();
const arm: Partial<StackPlan> = { arch: 'arm64', otherArches: [{ arch: 'amd64', imageQuery, imageUser, user, distro, instanceTypes }] };

/** Refusals by what is asked for: `arm64`, `arm64 spot`. */
async function lookUp(plan: Partial<StackPlan>, refusals: Readonly<Record<string, Problem>>) {
  const asked: string[] = [];
  const events: LabEventBody[] = [];
  const found = lookUpOpen(
    stackPlan(plan),
    (variant, emit) => {
      const what = `${variant.arch}${variant.spot.enabled ? ' spot' : ''}`;
      asked.push(what);
      emit({ type: 'log', level: 'warn', message: what });
      const refusal = refusals[what];
      return refusal === undefined ? Promise.resolve({ zone: what } as Lookup) : Promise.reject(new LabError(refusal));
    },
    (body) => void events.push(body),
  );
  const outcome = await found.then(
    ({ plan: { arch, spot: market } }) => `${arch}${market.enabled ? ' spot' : ''}`,
    (error: unknown) => (error instanceof LabError ? error.problem : error),
  );
  return { outcome, asked, events };
}

const none: Problem = { kind: 'capacity', summary: 'none here', holdsFor: 'region' };
const noImage: Problem = { kind: 'image', summary: 'no such image' };
const noSpot: Problem = { kind: 'quota', summary: 'no spot here', holdsFor: 'spot' };

describe('a look-up of what the profile leaves open', () => {
  it('takes the next architecture of a list where the cloud has nothing for the first, and says so', async () => {
    for (const refusal of [none, noImage]) {
      expect(await lookUp(arm, { arm64: refusal })).toEqual({
        outcome: 'amd64',
        asked: ['arm64', 'amd64'],
        events: [{ type: 'fallback', from: 'arm64', to: 'amd64', reason: refusal.summary }, { type: 'log', level: 'warn', message: 'amd64' }],
      });
    }
    expect((await lookUp({ arch: 'arm64' }, { arm64: none })).outcome).toEqual(none);
    expect((await lookUp({ ...arm, imagePin: 'ami-1' }, { arm64: noImage })).outcome).toEqual(noImage);
  });

  it('takes a machine on demand where spot is what is missing, and the profile allows it', async () => {
    expect(await lookUp({ spot: spot('on-demand') }, { 'amd64 spot': noSpot })).toMatchObject({ outcome: 'amd64', events: [{ type: 'fallback', from: 'spot', to: 'on-demand', reason: 'no spot here' }, { type: 'log' }] });
    expect((await lookUp({ spot: spot('fail') }, { 'amd64 spot': noSpot })).outcome).toEqual(noSpot);
  });

  it('may have to change both', async () => {
    const { outcome, asked, events } = await lookUp({ ...arm, spot: spot('on-demand') }, { 'arm64 spot': none, 'amd64 spot': noSpot });
    expect(outcome).toBe('amd64');
    expect(asked).toEqual(['arm64 spot', 'amd64 spot', 'amd64']);
    expect(events).toMatchObject([{ from: 'arm64', to: 'amd64' }, { from: 'spot', to: 'on-demand' }, { type: 'log' }]);
  });

  it('refuses as the first did where nothing helps, or where something else is wrong', async () => {
    expect(await lookUp(arm, { arm64: none, amd64: { kind: 'capacity', summary: 'none there either' } })).toMatchObject({ outcome: none, events: [] });
    const denied: Problem = { kind: 'permission', summary: 'no' };
    expect(await lookUp(arm, { arm64: denied })).toMatchObject({ outcome: denied, asked: ['arm64'] });
  });
});
