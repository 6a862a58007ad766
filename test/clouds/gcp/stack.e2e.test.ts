import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { classify } from '../../../src/clouds/gcp/errors.ts';
import { hostsOf } from '../../../src/clouds/gcp/hosts.ts';
import { synthesize } from '../../../src/clouds/gcp/stack.ts';
import { fault } from '../../rehearsal/gcp/gcp-world.ts';
import { googleConfiguration, simulatedGoogle } from '../../rehearsal/gcp/google-terraform.ts';
import { eachTerraform } from '../../support/terraform/each-terraform.ts';
import type { SimulatedTerraform } from '../../support/terraform/simulated-terraform.ts';
import { type InputChange, stackInput } from './stack-inputs.ts';

const open = eachTerraform(simulatedGoogle);

const ubuntu = {
  id: 'projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261110',
  name: null,
  owner: null,
  minDiskGb: 10,
  createdAt: null,
  features: ['UEFI_COMPATIBLE', 'GVNIC'],
};
const iowa = { account: 'lab-project', region: 'us-central1', zone: 'us-central1-a', image: ubuntu };
const daysAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const written = z.object({ resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))), provider: z.object({ google: z.tuple([z.record(z.string(), z.unknown())]) }) });

function configuration({ stack = {}, ...change }: InputChange = {}): object {
  const { resource, provider } = written.parse(JSON.parse(synthesize(stackInput({ expiresAt: daysAhead(20), ...change, stack: { ...iowa, ...stack } }))));
  return googleConfiguration(resource, provider.google[0]);
}

const hostIn = ({ state }: SimulatedTerraform) => {
  const attributes = state('google_compute_instance', 'vm');
  return hostsOf([{ address: 'google_compute_instance.vm', type: 'google_compute_instance', id: String(attributes?.id), name: null, tainted: false, attributes: attributes ?? {} }])[0];
};

describe('the Google Cloud stack through the real terraform', () => {
  it('is applied, planned to no changes, given another deadline without a new machine, and destroyed to nothing', async () => {
    const terraform = open();
    const { write, succeed, noChanges, state, kinds } = terraform;
    write(configuration());
    await succeed('init');
    expect(await succeed('apply', '-auto-approve')).toContain('4 added');
    expect(hostIn(terraform)).toMatchObject({ name: 'kernel-lab-gcp', state: 'running', zone: 'us-central1-a', publicIp: expect.stringMatching(/^[\d.]+$/) as string, privateIp: expect.stringMatching(/^10\.0\.0\./) as string });
    await noChanges();
    const before = state('google_compute_instance', 'vm')?.instance_id;

    write(configuration({ expiresAt: daysAhead(25), tags: { more: 'Tags' }, userData: '#cloud-config\n{}\n' }));
    expect(await succeed('apply', '-auto-approve')).toContain('0 added, 1 changed, 0 destroyed');
    expect(state('google_compute_instance', 'vm')?.instance_id).toBe(before);
    await noChanges();

    expect(await succeed('destroy', '-auto-approve')).toContain('4 destroyed');
    expect(await kinds()).toEqual([]);
  });

  it.each<[string, InputChange]>([
    ['spot', { stack: { spot: { enabled: true, maxPrice: null, fallback: 'fail', timeoutMs: 1 } } }],
    ['a hyperdisk with iops and throughput, no TTL', { expiresAt: null, stack: { instanceType: 'n4-highcpu-2', disk: { sizeGb: 50, type: 'provisioned-iops', iops: 5_000, throughput: 300, encrypted: true } } }],
    ['an arm64 machine with a startup script', { init: 'startup-script', userData: '#!/bin/sh\necho ${HOME}\n', stack: { arch: 'arm64', instanceType: 't2a-standard-2', image: { ...ubuntu, id: 'projects/debian-cloud/global/images/debian-12-bookworm-arm64-v20261110' } } }],
    ['a custom type with a magnetic disk', { stack: { instanceType: 'custom-2-4096', disk: { sizeGb: 20, type: 'standard', iops: null, throughput: null, encrypted: false } } }],
    ['two machines, another port, tags of all kinds', { count: 2, tags: { Team: 'Kernel ${x} %{y}', 'k8s.io/cluster': 'ü'.repeat(100) }, stack: { sshPort: 2222, allowFrom: ['198.51.100.7/32', '203.0.113.0/24'] } }],
  ])('plans to no changes after an apply: %s', async (_what, change) => {
    const { write, succeed, noChanges, kinds } = open();
    write(configuration(change));
    await succeed('init');
    await succeed('apply', '-auto-approve');
    await noChanges();
    await succeed('destroy', '-auto-approve');
    expect(await kinds()).toEqual([]);
  });

  it('fails in words that the error table knows', async () => {
    const { write, succeed, run, world } = open();
    for (const [kind, expected] of [['quota', 'quota'], ['capacity', 'capacity']] as const) {
      await world.arm([fault(kind)], null);
      write(configuration());
      await succeed('init');
      const { exitCode, output } = await run('apply', '-auto-approve');
      expect(exitCode, output).toBe(1);
      expect(classify(output)?.kind, output).toBe(expected);
      await world.disarm(null);
      await succeed('destroy', '-auto-approve');
    }
  });
});
