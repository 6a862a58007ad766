import { describe, expect, it } from 'vitest';
import { localFacts } from '../../../src/clouds/local/facts.ts';
import { moveDeadline } from '../../../src/clouds/local/move-deadline.ts';
import { pinImage, readImage } from '../../../src/clouds/local/pinned-image.ts';
import { synthesize } from '../../../src/clouds/local/stack.ts';
import type { StackInput } from '../../../src/core/cloud.ts';
import { tagKeys } from '../../../src/core/tags.ts';
import schema from '../../../src/local/provider/schema.json' with { type: 'json' };
import { type StackChange, stackInputOf, ubuntu } from '../../support/stack-inputs.ts';

const checksum = `sha256:${'a'.repeat(64)}`;
const url = 'https://images.example/debian-12.qcow2';
const until = '2026-11-20T14:00:00.000Z';

interface Change extends StackChange {
  readonly local?: { readonly forward?: readonly string[]; readonly share?: string };
  readonly expiresAt?: string | null;
}

function input({ local = {}, expiresAt = until, ...change }: Change = {}): StackInput {
  return stackInputOf(
    {
      ...{ cloud: 'local', distro: ubuntu, account: 'me@here', region: 'local', zone: 'local' },
      image: pinImage({ source: url, checksum, format: 'qcow2', firmware: 'uefi' }, { name: 'debian-12.qcow2', minDiskGb: null, createdAt: null }),
      ...{ imageUser: 'ubuntu', user: 'ubuntu', instanceType: 'vm-2x4', hourlyPrice: 0, priceRegion: null, priceDate: null },
      ...{ settings: { local }, diskGb: 20, terminateOnShutdown: false, times: { sessionId: 'lab-abc123', createdAt: '2026-11-20T10:00:00.000Z', expiresAt } },
    },
    change,
  );
}

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
const synthesized = (change: Change = {}): { readonly terraform: object; readonly resource: Resources } => JSON.parse(synthesize(input(change))) as { terraform: object; resource: Resources };

describe('the stack of machines on this computer', () => {
  it('says nothing that the provider does not know, and all that it requires', () => {
    for (const change of [{}, { count: 3 }, { local: { forward: ['8080:80'], share: '/srv/data' } }, { expiresAt: null }]) {
      for (const [type, named] of Object.entries(synthesized(change).resource)) {
        const known = Object.entries(schema.resources).find(([name]) => name === type)?.[1].attributes as Readonly<Record<string, { required?: boolean; optional?: boolean }>>;
        for (const attributes of Object.values(named)) {
          const settable = Object.entries(known).filter(([, { required, optional }]) => required === true || optional === true).map(([name]) => name);
          const required = Object.entries(known).filter(([, attribute]) => attribute.required === true).map(([name]) => name);
          expect(settable).toEqual(expect.arrayContaining(Object.keys(attributes)));
          expect(Object.keys(attributes)).toEqual(expect.arrayContaining(required));
        }
      }
    }
  });

  it('names its provider, keeps its state beside it, and no path of this computer but those of its settings', () => {
    const { terraform } = synthesized();
    expect(terraform).toEqual({ backend: { local: { path: 'terraform.tfstate' } }, required_version: '>= 1.5', required_providers: { local: { source: 'labtui/local', version: '1.0.0' } } });
    expect(synthesize(input())).not.toContain(process.cwd());
  });

  it('is one image with its checksum, and a disk, a seed and a machine with the deadline', () => {
    const { resource } = synthesized();
    expect(resource.local_image).toEqual({ vm: { source: url, arch: 'amd64', checksum, format: 'qcow2' } });
    expect(resource.local_disk?.vm).toMatchObject({ image_id: '${local_image.vm.id}', size_gb: 20, tags: { [tagKeys.session]: 'lab-abc123' } });
    const [name] = input().stack.machines.map((machine) => machine.name);
    expect(resource.local_machine?.vm).toMatchObject({ name, cpus: 2, memory_mb: 4_096, firmware: 'uefi', expires_at: until, guest_ssh_port: 22, disk_id: '${local_disk.vm.id}', seed_id: '${local_seed.vm.id}' });
    expect(resource.local_network).toBeUndefined();
    expect(synthesized({ expiresAt: null }).resource.local_machine?.vm).not.toHaveProperty('expires_at');
  });

  it('of several machines has a network in which each has an address and a card of its own', () => {
    const { resource } = synthesized({ count: 2 });
    const machines = Object.values(resource.local_machine ?? {});
    expect(machines.map(({ network_address: address, network }) => [address, network])).toEqual([['10.77.0.10', '${local_network.network.id}'], ['10.77.0.11', '${local_network.network.id}']]);
    expect(new Set(machines.flatMap(({ mac, network_mac: other }) => [mac, other])).size).toBe(4);
    expect(resource.local_seed?.['vm-2']).toMatchObject({ interfaces: [{ address: null }, { address: '10.77.0.11/24', mac: resource.local_machine?.['vm-2']?.network_mac }] });
  });

  it('forwards ports and shares a folder as the profile says', () => {
    const { resource } = synthesized({ local: { forward: ['8080:80', '8443:443'], share: '/srv/data' } });
    expect(resource.local_machine?.vm).toMatchObject({ forwards: [{ host_port: 8_080, guest_port: 80 }, { host_port: 8_443, guest_port: 443 }], share: '/srv/data' });
  });

  it('is moved to another deadline in tags and watchdogs, and in nothing else', () => {
    const later = '2026-11-21T14:00:00.000Z';
    const [before, after] = [synthesize(input()), moveDeadline(synthesize(input()), { from: until, until: later, deadline: undefined })];
    const own = JSON.parse(after) as { resource: Resources };
    expect([own.resource.local_machine?.vm?.expires_at, own.resource.local_disk?.vm?.tags]).toEqual([later, expect.objectContaining({ [tagKeys.expires]: later })]);
    const differing = before.split('\n').filter((line, index) => line !== after.split('\n')[index]);
    expect(differing.map((line) => line.trim().split(':')[0])).toEqual(expect.arrayContaining(['"expires_at"', '"labtui-expires"']));
    expect(differing).toHaveLength(3);
  });
});

describe('an image as a stack is pinned to it', () => {
  it.each([
    { source: url, checksum, format: 'qcow2', firmware: 'uefi' },
    { source: 'file:/home/me/an image@home.raw', checksum: null, format: null, firmware: 'auto' },
    { source: 'build:debian@12', checksum, format: 'raw', firmware: 'bios' },
    { source: 'build:debian@12', checksum: null, format: null, firmware: 'auto' },
  ] as const)('$source is read as it was written', (pin) => {
    expect(readImage(pinImage(pin, { name: null, minDiskGb: null, createdAt: null }))).toEqual(pin);
  });

  it('is of a cloud whose machines only this computer reaches', () => {
    expect(localFacts.capabilities).toMatchObject({ apply: true, onThisComputer: true, nativeTtl: true, stopStart: true });
  });
});
