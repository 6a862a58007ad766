import { expect, it } from 'vitest';
import { arches, type CloudFacts, imageForms, tierFloor, tiers } from '../../../src/core/clouds.ts';
import { instanceTypesFor } from '../../../src/core/instance-choice.ts';

const day = /^\d{4}-\d{2}-\d{2}$/;

/** What holds of the facts of every cloud. */
export function keepsFactsContract(facts: CloudFacts): void {
  it('says how distro files name its images', () => {
    expect(imageForms).toContain(facts.images.form);
    expect(facts.images.entriesOf).not.toBe(facts.id);
    expect(facts.capabilities.diskTypes.length).toBeGreaterThan(0);
    expect(facts.capabilities.userDataBytes).toBeGreaterThanOrEqual(16_384);
  });

  it('has regions that are whole, different, and hold the default one', () => {
    const { regions, defaultRegion, regionsDate } = facts;
    expect(regionsDate).toMatch(day);
    expect(new Set(regions.map(({ id }) => id)).size).toBe(regions.length);
    for (const region of regions) {
      expect(region.country, region.id).toMatch(/^[A-Z]{2}$/);
      expect(Math.abs(region.lat), region.id).toBeLessThanOrEqual(90);
      expect(Math.abs(region.lon), region.id).toBeLessThanOrEqual(180);
      for (const host of region.latencyHosts) expect(host).toMatch(/^[a-z0-9.-]+\.[a-z]+$/);
    }
    if (regions.length > 0) expect(regions.find(({ id }) => id === defaultRegion)?.usable).toBe(true);
    else expect(defaultRegion).toBeNull();
  });

  it('has types that give what their tiers promise, are written as the cloud writes types, and date their prices', () => {
    const keys = facts.instanceTypes.map(({ type, arch }) => `${type} ${arch}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const type of facts.instanceTypes) {
      expect(type.type).toMatch(facts.instanceTypePattern);
      expect(type.tiers.length, type.type).toBeGreaterThan(0);
      for (const tier of type.tiers) {
        expect(type.vcpu, type.type).toBeGreaterThanOrEqual(tierFloor[tier].vcpu);
        expect(type.memoryGb, type.type).toBeGreaterThanOrEqual(tierFloor[tier].memoryGb);
      }
      if (type.hourlyPrice === null) expect(type.priceDate, type.type).toBeNull();
      if (type.priceDate !== null) expect(type.priceDate).toMatch(day);
    }
  });

  it('has every size on each architecture that the cloud has, and on no other', () => {
    for (const arch of arches) {
      const has = arch === 'amd64' || facts.capabilities.arm64;
      for (const tier of tiers) {
        if (has) expect(instanceTypesFor(facts, tier, arch).length).toBeGreaterThan(0);
        else expect(() => instanceTypesFor(facts, tier, arch)).toThrow(`has no ${arch} machines`);
      }
    }
  });
}
