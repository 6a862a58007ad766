import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gcpCloud } from '../../../src/clouds/gcp/cloud.ts';
import { labelsOf } from '../../../src/clouds/gcp/labels.ts';
import { resourceName } from '../../../src/clouds/gcp/names.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import type { MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { gcpFace } from '../../../src/rehearsal/gcp/face/gcp-face.ts';
import { caller, fault, gcpWorld, instanceBody } from '../../rehearsal/gcp/gcp-world.ts';
import { settings, stackPlan } from './stack-inputs.ts';

let world: MemoryWorld & { readonly advance: (ms: number) => void };
let server: FaceServer;
let api: CloudApi;
const project = 'labtui-rehearsal';
const session = 'lab-a2b3c4';
const name = resourceName(session, 'gcp');
const labels = labelsOf({ labtui: 'true', 'labtui-session-id': session });

beforeEach(async () => {
  world = gcpWorld(100);
  server = await serveFaces({ world, faces: [gcpFace], caller });
  const opened = await gcpCloud.loadApi?.({ region: 'us-central1', settings: settings(), simulatedAt: server.origin });
  if (opened === undefined) throw new Error('no API');
  api = opened;
});
afterEach(async () => {
  api.close();
  await server.close();
});

async function make(path: string, body: object): Promise<void> {
  const response = await fetch(`${server.origin}/compute/v1/projects/${project}/${path}`, { method: 'POST', headers: { authorization: 'Bearer t' }, body: JSON.stringify(body) });
  expect(response.status, await response.text()).toBe(200);
  world.advance(5_000);
}

/** What a stack makes, with a machine of another session beside it. */
async function makeLab(): Promise<void> {
  await make('global/networks', { name, autoCreateSubnetworks: false });
  await make('regions/us-central1/subnetworks', { name, network: `global/networks/${name}`, ipCidrRange: '10.0.0.0/24' });
  await make('global/firewalls', { name, network: `global/networks/${name}`, direction: 'INGRESS', allowed: [{ IPProtocol: 'tcp', ports: ['22'] }], sourceRanges: ['203.0.113.7/32'] });
  await make('zones/us-central1-a/instances', {
    ...instanceBody({ name, labels }),
    disks: [{ boot: true, autoDelete: false, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12', diskSizeGb: '20', labels } }],
    networkInterfaces: [{ subnetwork: `regions/us-central1/subnetworks/${name}`, accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }],
    metadata: { items: [{ key: 'enable-guest-attributes', value: 'TRUE' }] },
  });
  await make('zones/us-central1-a/instances', instanceBody({ name: 'somebody', labels: { labtui: 'true', 'labtui-session-id': 'lab-x7k2p9' } }));
}

describe('the API client on the simulated Google Cloud', () => {
  it('knows who is asking', async () => {
    expect(await api.whoAmI()).toEqual({ account: project, principal: 'rehearsal@labtui.invalid' });
  });

  it('looks a stack up: newest image, type, zone, quotas', async () => {
    const events: LabEventBody[] = [];
    expect(await api.lookup(stackPlan(), session, (body) => events.push(body))).toMatchObject({
      account: project,
      region: 'us-central1',
      zone: expect.stringMatching(/^us-central1-[abcf]$/) as string,
      image: { id: 'projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261110', owner: 'ubuntu-os-cloud', minDiskGb: 10, features: ['UEFI_COMPATIBLE', 'VIRTIO_SCSI_MULTIQUEUE', 'GVNIC'] },
      instanceType: 'e2-medium',
      vcpu: 2,
      memoryGb: 4,
      networkIds: null,
    });
    expect(events).toEqual([]);
  });

  it('finds the default network, custom types and arm64', async () => {
    const byDefault = await api.lookup(stackPlan({ network: 'default' }), session, () => undefined);
    expect(byDefault.networkIds).toEqual({ vpcId: `projects/${project}/global/networks/default`, subnetId: `projects/${project}/regions/us-central1/subnetworks/default` });
    const [type] = stackPlan().instanceTypes;
    const custom = await api.lookup(stackPlan({ typeNamedByUser: true, instanceTypes: [{ ...type!, type: 'n2-custom-4-8192' }] }), session, () => undefined);
    expect(custom).toMatchObject({ instanceType: 'n2-custom-4-8192', vcpu: 4, memoryGb: 8 });
    const arm = stackPlan({ arch: 'arm64', imageQuery: { cloud: 'gcp', project: 'debian-cloud', family: 'debian-12-arm64', name: null } });
    expect(await api.lookup(arm, session, () => undefined)).toMatchObject({ instanceType: 't2a-standard-2', zone: expect.stringMatching(/-[abf]$/) as string });
    const old = stackPlan({ arch: 'arm64', zone: 'us-central1-f', imageQuery: arm.imageQuery, disk: { sizeGb: null, type: 'standard', iops: null, throughput: null, encrypted: true } });
    expect(await api.lookup(old, session, () => undefined)).toMatchObject({ instanceType: 't2a-standard-2', zone: 'us-central1-f' });
  });

  it('says what there is not', async () => {
    const gone = stackPlan({ imageQuery: { cloud: 'gcp', project: 'debian-cloud', family: 'debian-99', name: null } });
    await expect(api.lookup(gone, session, () => undefined)).rejects.toMatchObject({ problem: { kind: 'image' } });
    const [type] = stackPlan().instanceTypes;
    const odd = stackPlan({ typeNamedByUser: true, instanceTypes: [{ ...type!, type: 'e2-meduim' }] });
    await expect(api.lookup(odd, session, () => undefined)).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
  });

  it('lists what a session made and nothing else, and deletes it to nothing', async () => {
    await makeLab();
    const found = await api.listBySession(session);
    expect(found.map(({ type, id }) => `${type} ${id.slice(`projects/${project}/`.length)}`)).toEqual([
      `google_compute_instance zones/us-central1-a/instances/${name}`,
      `google_compute_disk zones/us-central1-a/disks/${name}`,
      `google_compute_firewall global/firewalls/${name}`,
      `google_compute_subnetwork regions/us-central1/subnetworks/${name}`,
      `google_compute_network global/networks/${name}`,
    ]);
    const ticking = setInterval(() => world.advance(1_000), 20);
    try {
      expect(await api.deleteLeftovers?.(found)).toEqual([]);
    } finally {
      clearInterval(ticking);
    }
    expect(await api.listBySession(session)).toEqual([]);
    expect(await world.read((view) => view.list('gcp', 'instance').map((instance) => instance.name))).toEqual(['somebody']);
  });

  it('reads console and host keys of a machine', async () => {
    await makeLab();
    world.advance(60_000);
    const instance = `projects/${project}/zones/us-central1-a/instances/${name}`;
    expect((await api.consoleOutput?.(instance))?.length).toBeGreaterThan(0);
    expect(await api.publishedHostKeys?.(instance)).toEqual([expect.stringMatching(/^ssh-ed25519 AAAA/)]);
    expect(await api.publishedHostKeys?.(`projects/${project}/zones/us-central1-a/instances/somebody`)).toEqual([]);
  });

  it('waits through a throttled call, and names a sign-in that is over', async () => {
    await world.arm([fault('throttled', { times: 1 })], null);
    expect(await api.whoAmI()).toMatchObject({ account: project });
    await world.disarm(null);
    await world.arm([fault('credentials')], null);
    await expect(api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'credentials' } });
  });
});
