import { describe, expect, it } from 'vitest';
import { arches, cloudIds, tierFloor, tiers } from '../../src/core/clouds.ts';
import { instanceTypesFor } from '../../src/core/instance-choice.ts';
import { allFacts, factsOf } from '../../src/clouds/all-facts.ts';

const day = /^\d{4}-\d{2}-\d{2}$/;

describe('facts of all clouds', () => {
  it('are there for every cloud of the contract, in its order', () => {
    expect(allFacts.map(({ id }) => id)).toEqual(cloudIds);
    for (const id of cloudIds) expect(factsOf(id).id).toBe(id);
  });

  it('say which clouds make machines so far', () => {
    expect(allFacts.filter(({ capabilities }) => capabilities.apply).map(({ id }) => id)).toEqual(['aws', 'azure', 'gcp']);
  });

  it.each(allFacts)('$id: regions are whole, different, and hold the default one', ({ regions, defaultRegion, regionsDate }) => {
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

  it.each(allFacts)('$id: each type gives what its tiers promise, is written as the cloud writes types, and dates its price', (facts) => {
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

  it.each(allFacts)('$id: every size exists on each architecture that the cloud has, and on no other', (facts) => {
    for (const arch of arches) {
      const has = arch === 'amd64' || facts.capabilities.arm64;
      for (const tier of tiers) {
        if (has) expect(instanceTypesFor(facts, tier, arch).length).toBeGreaterThan(0);
        else expect(() => instanceTypesFor(facts, tier, arch)).toThrow(`has no ${arch} machines`);
      }
    }
  });

  it('choose the catalogue\'s cheapest type of a lab', () => {
    const cheapest = (id: (typeof cloudIds)[number], arch: 'amd64' | 'arm64') => instanceTypesFor(factsOf(id), 'lab', arch)[0]?.type;
    expect(cheapest('aws', 'amd64')).toBe('t3a.medium');
    expect(cheapest('aws', 'arm64')).toBe('t4g.medium');
    expect(cheapest('azure', 'amd64')).toBe('Standard_B2als_v2');
    expect(cheapest('gcp', 'amd64')).toBe('e2-medium');
    expect(cheapest('gcp', 'arm64')).toBe('n4a-highcpu-2');
    expect(cheapest('hetzner', 'amd64')).toBe('cx23');
    expect(instanceTypesFor(factsOf('linode'), 'large', 'amd64').map(({ type }) => type)).not.toContain('g6-standard-6');
  });

  it('know the prices of AWS by their day', () => {
    const priced = factsOf('aws').instanceTypes.map(({ priceDate, priceRegion }) => `${String(priceDate)} ${String(priceRegion)}`);
    expect(new Set(priced)).toEqual(new Set(['2026-01-19 us-east-1']));
  });
});

describe('a type of the cloud\'s own', () => {
  it.each([
    ['aws', ['t3.large', 'c7i-flex.large', 'm8g.metal-24xl', 'u-6tb1.112xlarge', 'mac2-m2pro.metal', 'm5.xlarge'], ['t3large', 'T3.large', 't3.', 'lab']],
    ['azure', ['Standard_D4s_v5', 'Standard_E64-16s_v3', 'Standard_NC24ads_A100_v4', 'Basic_A1'], ['D4s_v5', 'Standard_', 'standard_d4s_v5']],
    ['gcp', ['e2-micro', 'n2d-standard-2', 'c3-standard-4-lssd', 'a2-highgpu-1g', 'n2-custom-4-8192-ext', 'custom-2-4096', 'f1-micro'], ['t3.medium', 'e2']],
    ['digitalocean', ['s-1vcpu-1gb', 's-2vcpu-4gb-amd', 'c-4', 'so1_5-2vcpu-16gb', 'gpu-h100x1-80gb'], ['t3.medium', 'lab']],
    ['hetzner', ['cx53', 'ccx13', 'cax41', 'cpx62'], ['cx5', 'ax41']],
    ['linode', ['g6-nanode-1', 'g6-dedicated-56', 'g8-dedicated-4-2', 'g1-gpu-rtx6000-1'], ['standard-2', 'g6']],
    ['local', ['vm-2x4', 'vm-16x64'], ['2x4', 'vm-0x4']],
  ] as const)('%s', (id, types, others) => {
    const { instanceTypePattern } = factsOf(id);
    for (const type of types) expect(type).toMatch(instanceTypePattern);
    for (const other of others) expect(other).not.toMatch(instanceTypePattern);
  });
});
