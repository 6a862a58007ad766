import { describe, expect, it } from 'vitest';
import { clouds } from '../../src/clouds/registry.ts';
import { keepsCloudContract } from './contract/cloud-contract.ts';
import { keepsFactsContract } from './contract/facts-contract.ts';
import { findsWhatIsMarked } from './contract/marked-contract.ts';
import { simulatedSpecimens } from './contract/simulated-specimens.ts';

describe('the registered clouds', () => {
  it('are those of the contract, in its order', () => {
    expect(clouds.ids).toEqual(['aws', 'azure', 'gcp', 'digitalocean', 'hetzner', 'linode', 'libvirt', 'local']);
    for (const { id, facts } of clouds.all) expect(facts.id).toBe(id);
  });

  it('that make machines are all held to the contract', () => {
    // The cloud of this computer is held to it by real machines: nothing of it is simulated.
    const making = clouds.all.filter(({ facts }) => facts.capabilities.apply && facts.capabilities.onThisComputer !== true).map(({ id }) => id);
    expect(making).toEqual(['aws', 'azure', 'gcp']);
    expect(new Set(simulatedSpecimens.map(({ cloud }) => cloud.id))).toEqual(new Set(making));
  });

  it('are told from others by name', () => {
    expect(() => clouds.of('asw')).toThrow('unknown cloud "asw", did you mean "aws"?');
  });
});

describe.each(clouds.all.map(({ id, facts }) => [id, facts] as const))('the facts of %s', (_id, facts) => {
  keepsFactsContract(facts);
});

describe.each(simulatedSpecimens.map((specimen) => [specimen.cloud.id, specimen] as const))('%s', (_id, specimen) => {
  keepsCloudContract(specimen);
});

describe.each(simulatedSpecimens.map((specimen) => [specimen.cloud.id, specimen] as const))('what carries the marker on %s', (_id, specimen) => {
  findsWhatIsMarked(specimen);
});
