import { describe, expect, it } from 'vitest';
import { chooseZone, withoutSoldOut } from '../../src/clouds/zone-choice.ts';

const zones = ['r-c', 'r-a', 'r-b'];
const again = (preferredZones: readonly string[]) => ({ soldOut: [{ instanceType: 'small', zone: 'r-a' }], preferredZones });

describe('a zone among several', () => {
  it('is the same for the same session in any order, and every zone is some session\'s', () => {
    const choose = (spreadBy: string, from = zones): string => chooseZone(from, { spreadBy });
    const chosen = Array.from({ length: 60 }, (_, index) => choose(`lab-${index}`));
    expect([...new Set(chosen)].toSorted()).toEqual(['r-a', 'r-b', 'r-c']);
    expect(choose('lab-7', zones.toReversed())).toBe(chosen[7]);
  });

  it('is the first preferred one that is there, however the cloud writes it', () => {
    expect(chooseZone(zones, { spreadBy: 'x', again: again(['r-z', 'r-b', 'r-a']) })).toBe('r-b');
    expect(chooseZone(zones, { spreadBy: 'x', again: again(['c']), written: (zone) => zone.replace('r-', '') })).toBe('r-c');
  });

  it('is none where that type was sold out', () => {
    expect(withoutSoldOut(zones, 'small', again([]))).toEqual(['r-c', 'r-b']);
    expect(withoutSoldOut(zones, 'large', again([]))).toEqual(zones);
    expect(withoutSoldOut(zones, 'small', undefined)).toEqual(zones);
  });
});
