import { describe, expect, it } from 'vitest';
import { type Attempt, movesAfter, type Openness } from '../../src/core/next-attempt.ts';

const at = (zone: string, spot = false, instanceType = 'small'): Attempt => ({ instanceType, zone, spot });
const open: Openness = { zone: true, type: true, spot: { enabled: true, maxPrice: null, fallback: 'on-demand', timeoutMs: 60_000 } };
const after = (holdsFor: 'zone' | 'region' | 'spot' | undefined, attempts: readonly [...Attempt[], Attempt], more: { readonly open?: Partial<Openness>; readonly elapsedMs?: number } = {}) =>
  movesAfter({ holdsFor }, { attempts, elapsedMs: more.elapsedMs ?? 0 }, { ...open, ...more.open });

describe('what comes after a refusal', () => {
  it('is nothing where nothing else would help, or where it was tried often enough', () => {
    expect(after(undefined, [at('a')])).toEqual([]);
    expect(after('spot', [at('a')])).toEqual([]);
    expect(after('zone', [at('a'), at('b'), at('a', false, 'next'), at('b', false, 'next')])).toEqual([]);
  });

  it('is another zone first, the next type after two zones, and only the type where the region has none', () => {
    expect(after('zone', [at('a')])).toEqual(['zone', 'type']);
    expect(after('zone', [at('a'), at('b')])).toEqual(['type', 'zone']);
    expect(after('zone', [at('a'), at('b'), at('b', false, 'next')])).toEqual(['zone', 'type']);
    expect(after('region', [at('a')])).toEqual(['type']);
    expect(after('zone', [at('a')], { open: { zone: false } })).toEqual(['type']);
    expect(after('zone', [at('a')], { open: { zone: false, type: false } })).toEqual([]);
  });

  it('is on demand in the end for spot, unless the profile says fail', () => {
    const fail: Partial<Openness> = { spot: { ...open.spot, fallback: 'fail' } };
    expect(after('zone', [at('a', true)])).toEqual(['zone', 'type', 'on-demand']);
    expect(after('zone', [at('a', true), at('b', true)])).toEqual(['on-demand']);
    expect(after('zone', [at('a', true)], { elapsedMs: 60_000 })).toEqual(['on-demand']);
    expect(after('spot', [at('a', true)])).toEqual(['on-demand']);
    expect(after('spot', [at('a', true)], { open: fail })).toEqual([]);
    expect(after('zone', [at('a', true), at('b', true)], { open: fail })).toEqual(['type', 'zone']);
    expect(after('zone', [at('a', true)], { open: fail, elapsedMs: 60_000 })).toEqual([]);
  });
});
