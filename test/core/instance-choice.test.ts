import { describe, expect, it } from 'vitest';
import type { CloudFacts, InstanceType } from '../../src/core/clouds.ts';
import { LabError } from '../../src/core/errors.ts';
import { instanceTypesFor, namedInstanceType } from '../../src/core/instance-choice.ts';

function type(name: string, vcpu: number, memoryGb: number, hourlyPrice: number | null, more: Partial<InstanceType> = {}): InstanceType {
  return {
    type: name,
    arch: 'amd64',
    vcpu,
    memoryGb,
    hourlyPrice,
    currency: 'EUR',
    priceRegion: null,
    priceDate: null,
    rank: 1,
    tiers: [],
    confidence: 'high',
    ...more,
  };
}

const facts: CloudFacts = {
  id: 'hetzner',
  title: 'Example',
  capabilities: {
    apply: true,
    spot: false,
    arm64: true,
    defaultNetwork: true,
    consoleLog: false,
    nativeTtl: false,
    shutdownDeletes: false,
    stopStart: true,
    snapshots: true,
    diskTypes: ['ssd'],
    userDataBytes: 1,
  },
  images: { form: 'slug' },
  defaultRegion: null,
  regionsDate: '2026-11-20',
  regions: [],
  instanceTypes: [
    type('cx99', 2, 4, null),
    type('cx43', 8, 16, 0.03),
    type('cx23', 2, 4, 0.05, { rank: 2 }),
    type('cx22', 2, 4, 0.05, { rank: 1 }),
    type('cx12', 2, 2, 0.01),
    type('cx73', 8, 15, 0.001),
    type('cax11', 2, 4, 0.02, { arch: 'arm64' }),
  ],
  machinePriceSource: 'a test',
  prices: [],
  instanceTypePattern: /^(?:cx|cax)\d{2}$/,
};

const names = (types: readonly InstanceType[]) => types.map((one) => one.type);

function refusal(run: () => unknown): LabError {
  try {
    run();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('types for a size', () => {
  it('are those that give at least the floor, cheapest first, equal prices by rank, unknown prices last', () => {
    expect(names(instanceTypesFor(facts, 'lab', 'amd64'))).toEqual(['cx73', 'cx43', 'cx22', 'cx23', 'cx99']);
    expect(names(instanceTypesFor(facts, 'small', 'amd64'))).toEqual(['cx73', 'cx12', 'cx43', 'cx22', 'cx23', 'cx99']);
    expect(names(instanceTypesFor(facts, 'large', 'amd64'))).toEqual(['cx43']);
    expect(names(instanceTypesFor(facts, 'lab', 'arm64'))).toEqual(['cax11']);
  });

  it('are refused where the size or the architecture does not exist', () => {
    expect(refusal(() => instanceTypesFor(facts, 'large', 'arm64')).problem).toMatchObject({
      kind: 'invalid-input',
      summary: 'no arm64 type of Example (hetzner) gives 8 vCPU and 16 GiB (size large)',
    });
    const amd64 = { ...facts, instanceTypes: facts.instanceTypes.filter(({ arch }) => arch === 'amd64') };
    expect(refusal(() => instanceTypesFor(amd64, 'lab', 'arm64')).problem).toMatchObject({
      summary: 'Example (hetzner) has no arm64 machines',
      hint: '--arch amd64',
    });
  });
});

describe('a type that the user names', () => {
  it('is the catalogue row where there is one', () => {
    expect(namedInstanceType(facts, 'cx23', 'amd64')).toBe(facts.instanceTypes[2]);
  });

  it('is taken without size and price where it is written as the cloud writes them', () => {
    expect(namedInstanceType(facts, 'cx77', 'amd64')).toMatchObject({ type: 'cx77', arch: 'amd64', vcpu: null, memoryGb: null, hourlyPrice: null });
  });

  it('is refused with the nearest name where it cannot be one', () => {
    const { problem } = refusal(() => namedInstanceType(facts, 'cx2', 'amd64'));
    expect(problem.kind).toBe('invalid-input');
    expect(problem.summary).toMatch(/^"cx2" is not an instance type of Example \(hetzner\), did you mean "cx/);
    expect(problem.detail).toContain('small, lab, medium or large');
    expect(problem.detail).not.toContain('cax11');
  });

  it('is refused where it is known to be of the other architecture, with types that would do', () => {
    const { problem } = refusal(() => namedInstanceType(facts, 'cax11', 'amd64'));
    expect(problem).toMatchObject({
      kind: 'invalid-input',
      summary: 'cax11 is arm64, but the profile asks for amd64',
      hint: '--arch arm64, or an amd64 type: cx73, cx43, cx22',
    });
  });
});
