import { describe, expect, it } from 'vitest';
import { instanceTypesFor } from '../../src/core/instance-choice.ts';
import { clouds } from '../../src/clouds/registry.ts';

const { factsOf } = clouds;

// What holds of every cloud is in contract/facts-contract.ts.
describe('the facts', () => {
  it('choose the catalogue\'s cheapest type of a lab', () => {
    const cheapest = (id: string, arch: 'amd64' | 'arm64') => instanceTypesFor(factsOf(id), 'lab', arch)[0]?.type;
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
    ['gcp', ['e2-micro', 'n2d-standard-2', 'c3-standard-4-lssd', 'a2-highgpu-1g', 'n2-custom-4-8192-ext', 'e2-custom-medium-2048', 'custom-2-4096', 'custom-2-15360-ext', 'f1-micro'], ['t3.medium', 'e2', 'custom-2', 'n2-custom-medium-2048']],
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
