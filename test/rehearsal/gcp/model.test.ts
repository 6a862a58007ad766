import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/rehearsal/engine/json.ts';
import type { Transaction } from '../../../src/rehearsal/engine/world.ts';
import { deleteAddress, insertAddress } from '../../../src/rehearsal/gcp/model/address.ts';
import { computeCall } from '../../../src/rehearsal/gcp/model/calls.ts';
import { deleteDisk, insertDisk } from '../../../src/rehearsal/gcp/model/disk.ts';
import { insertFirewall } from '../../../src/rehearsal/gcp/model/firewall.ts';
import { setMachineType, setMetadata, setScheduling, setTags } from '../../../src/rehearsal/gcp/model/instance-change.ts';
import { insertInstance } from '../../../src/rehearsal/gcp/model/instance-insert.ts';
import { deleteInstance, startInstance, stopInstance } from '../../../src/rehearsal/gcp/model/instance-life.ts';
import { deleteNetwork, insertNetwork } from '../../../src/rehearsal/gcp/model/network.ts';
import { setLabels } from '../../../src/rehearsal/gcp/model/set-labels.ts';
import { deleteSubnetwork, insertSubnetwork } from '../../../src/rehearsal/gcp/model/subnetwork.ts';
import { caller, fault, gcpWorld, instanceBody } from './gcp-world.ts';

const project = 'lab-project';
const zone = 'us-central1-a';
const instanceId = `projects/${project}/zones/${zone}/instances/lab-1`;
const call = computeCall(caller, 'instances', 'insert', instanceId);

type Work = (tx: Transaction) => unknown;
const insert = (changes: JsonObject = {}, where = zone): Work => (tx) => insertInstance(tx, project, where, instanceBody(changes));
const disk = (params: JsonObject): JsonObject => ({ disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12', ...params } }] });
const network = (name: string, auto = false): Work => (tx) => insertNetwork(tx, project, { name, autoCreateSubnetworks: auto });
const subnet = (name: string, ipCidrRange: string, of = 'own'): Work => (tx) => insertSubnetwork(tx, project, 'us-central1', { name, network: of, ipCidrRange });

/** Each row: what came before, the call, its status, reason or code, and a part of the message. */
const rows: readonly (readonly [what: string, before: readonly Work[], work: Work, status: number, code: string, message: string])[] = [
  ['a name outside of the alphabet', [], insert({ name: 'Lab_1' }), 400, 'invalid', "Invalid value for field 'resource.name': 'Lab_1'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'"],
  ['a name that is taken', [insert()], insert(), 409, 'alreadyExists', `The resource '${instanceId}' already exists`],
  ['a label outside of the alphabet', [], insert({ labels: { Owner: 'x' } }), 400, 'invalid', "Label key 'Owner' violates format constraints."],
  ['a label value outside of the alphabet', [], insert({ labels: { owner: 'a@b' } }), 400, 'invalid', "Label value 'a@b' violates format constraints."],
  ['a tag outside of the alphabet', [], insert({ tags: { items: ['1st'] } }), 400, 'invalid', "'resource.tags.items[0]': '1st'"],
  ['an unknown zone', [], insert({}, 'us-central1-x'), 400, 'invalid', 'Unknown zone.'],
  ['an unknown machine type', [], insert({ machineType: 'e9-huge' }), 400, 'invalid', "Machine type with name 'e9-huge' does not exist in zone 'us-central1-a'."],
  ['a type that the zone does not offer', [], insert({ machineType: 't2a-standard-2' }, 'us-central1-c'), 400, 'invalid', "Machine type with name 't2a-standard-2' does not exist in zone 'us-central1-c'."],
  ['an image of another architecture', [], insert({ machineType: 't2a-standard-2' }), 400, 'invalidResourceUsage', 'Requested boot disk architecture (X86_64) is not compatible with machine type architecture (ARM64).'],
  ['an unknown image', [], insert(disk({ sourceImage: 'projects/debian-cloud/global/images/family/debian-99' })), 400, 'invalid', 'The referenced image resource cannot be found.'],
  ['a disk smaller than its image', [], insert(disk({ sourceImage: 'projects/rocky-linux-cloud/global/images/family/rocky-linux-9', diskSizeGb: '10' })), 400, 'invalid', 'Requested disk size cannot be smaller than the image size (20 GB)'],
  ['a persistent disk on a Hyperdisk series', [], insert({ machineType: 'n4-highcpu-2', ...disk({ diskType: 'pd-balanced' }) }), 400, 'badRequest', '[pd-balanced, n4-highcpu-2] features are not compatible for creating instance.'],
  ['a Hyperdisk on an old series', [], insert(disk({ diskType: 'hyperdisk-balanced' })), 400, 'badRequest', '[hyperdisk-balanced, e2-medium] features are not compatible for creating instance.'],
  ['a metadata value over 256 KB', [], insert({ metadata: { items: [{ key: 'user-data', value: 'x'.repeat(262_145) }] } }), 413, 'fieldSizeTooLarge', "Value for field 'resource.metadata.items[0].value' is too large: maximum size 262144 character(s); actual size 262145."],
  ['metadata over 512 KB', [], insert({ metadata: { items: ['a', 'b', 'c'].map((key) => ({ key, value: 'x'.repeat(200_000) })) } }), 413, 'fieldSizeTooLarge', 'maximum size 524288'],
  ['a spot machine that restarts', [], insert({ scheduling: { provisioningModel: 'SPOT', preemptible: true, automaticRestart: true } }), 400, 'badRequest', 'Scheduling must have preemptible be false when AutomaticRestart is true.'],
  ['a spot machine that migrates', [], insert({ scheduling: { provisioningModel: 'SPOT', onHostMaintenance: 'MIGRATE' } }), 400, 'badRequest', "Scheduling must have preemptible be false when OnHostMaintenance isn't TERMINATE."],
  ['a termination action without a reason', [], insert({ scheduling: { instanceTerminationAction: 'DELETE' } }), 400, 'badRequest', 'You cannot specify a termination action'],
  ['a deadline in the past', [], insert({ scheduling: { instanceTerminationAction: 'DELETE', terminationTime: '2020-01-01T00:00:00Z' } }), 400, 'invalid', 'at least 30 seconds in the future'],
  ['a run of half a year', [], insert({ scheduling: { instanceTerminationAction: 'DELETE', maxRunDuration: { seconds: '15552000' } } }), 400, 'invalid', 'scheduling.maxRunDuration'],
  ['an unknown subnetwork', [], insert({ networkInterfaces: [{ subnetwork: 'regions/us-central1/subnetworks/nope' }] }), 400, 'invalid', 'The referenced subnetwork resource cannot be found.'],
  ['a custom network without a subnet named', [network('own')], insert({ networkInterfaces: [{ network: 'global/networks/own' }] }), 400, 'invalid', 'Subnetwork should be specified for custom subnetmode network'],
  ['a subnet of another region', [], insert({ networkInterfaces: [{ subnetwork: 'regions/europe-west3/subnetworks/default' }] }), 400, 'invalid', 'not in the region of the instance'],
  ['a network name that is taken', [], network('default'), 409, 'alreadyExists', 'already exists'],
  ['a subnet range with host bits', [network('own')], subnet('a', '10.0.0.1/24'), 400, 'invalid', 'Invalid IPCidrRange: 10.0.0.1/24'],
  ['overlapping subnets', [network('own'), subnet('a', '10.0.0.0/20')], subnet('b', '10.0.1.0/24'), 400, 'invalid', "Invalid IPCidrRange: 10.0.1.0/24 conflicts with existing subnetwork 'a' in region 'us-central1'."],
  ['a subnet over one of an auto mode network', [network('auto', true)], subnet('b', '10.128.0.0/24', 'auto'), 400, 'invalid', "conflicts with existing subnetwork 'auto'"],
  ['a firewall of an unknown network', [], (tx) => insertFirewall(tx, project, { name: 'f', network: 'global/networks/nope', allowed: [{ IPProtocol: 'tcp' }] }), 400, 'invalid', 'The referenced network resource cannot be found.'],
  ['a firewall with a bad port', [], (tx) => insertFirewall(tx, project, { name: 'f', allowed: [{ IPProtocol: 'tcp', ports: ['99999'] }] }), 400, 'invalid', 'Invalid port or port-range.'],
  ['a network with a subnet in it', [network('own'), subnet('a', '10.0.0.0/24')], (tx) => deleteNetwork(tx, `projects/${project}/global/networks/own`), 400, 'resourceInUseByAnotherResource', `The network resource 'projects/${project}/global/networks/own' is already being used by 'projects/${project}/regions/us-central1/subnetworks/a'`],
  ['a subnet with a machine in it', [network('own'), subnet('a', '10.0.0.0/24'), insert({ networkInterfaces: [{ subnetwork: 'regions/us-central1/subnetworks/a' }] })], (tx) => deleteSubnetwork(tx, `projects/${project}/regions/us-central1/subnetworks/a`), 400, 'resourceInUseByAnotherResource', `already being used by '${instanceId}'`],
  ['a disk that a machine has', [insert()], (tx) => deleteDisk(tx, `projects/${project}/zones/${zone}/disks/lab-1`), 400, 'resourceInUseByAnotherResource', 'already being used by'],
  ['a disk that is not there', [], (tx) => deleteDisk(tx, `projects/${project}/zones/${zone}/disks/none`), 404, 'notFound', `The resource 'projects/${project}/zones/${zone}/disks/none' was not found`],
  ['a protected machine', [insert({ deletionProtection: true })], (tx) => deleteInstance(tx, instanceId), 400, 'invalidResourceUsage', "Resource cannot be deleted if it's protected against deletion."],
  ['old labels', [insert()], (tx) => setLabels(tx, 'instance', instanceId, { labels: {}, labelFingerprint: 'b2xk' }), 412, 'conditionNotMet', 'Labels fingerprint either invalid or resource labels have changed'],
  ['old metadata', [insert()], (tx) => setMetadata(tx, instanceId, { fingerprint: 'b2xk' }), 412, 'conditionNotMet', 'Supplied fingerprint does not match current metadata fingerprint.'],
  ['old tags', [insert()], (tx) => setTags(tx, instanceId, { fingerprint: 'b2xk' }), 412, 'conditionNotMet', 'Supplied fingerprint does not match current tags fingerprint.'],
  ['a resize of a running machine', [insert()], (tx) => setMachineType(tx, instanceId, { machineType: 'e2-standard-4' }), 400, 'invalidResourceUsage', 'only when the instance is stopped'],
  ['another provisioning model', [insert()], (tx) => setScheduling(tx, instanceId, { provisioningModel: 'SPOT' }), 400, 'invalid', 'scheduling.preemptible'],
  ['more processors than the quota', Array.from({ length: 25 }, (_, at) => insert({ ...disk({ diskName: `d${at}` }), name: `big-${at}`, machineType: 'n2-standard-96' })), insert({ machineType: 'n2-standard-96' }), 403, 'QUOTA_EXCEEDED', "Quota 'CPUS' exceeded.  Limit: 2400.0 in region us-central1."],
];

describe('Compute Engine refuses', () => {
  it.each(rows)('%s', async (_what, before, work, status, code, message) => {
    const world = gcpWorld();
    for (const step of before) await world.call(call, step);
    const kept = await world.read((view) => view.list('gcp').length);
    const error = await world.call(call, work).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ status, code, message: expect.stringContaining(message) });
    expect(await world.read((view) => view.list('gcp').length)).toBe(kept);
  });
});

describe('a machine', () => {
  it('boots with its disk and addresses, and takes both with it', async () => {
    const world = gcpWorld();
    await world.call(call, insert());
    const diskId = `projects/${project}/zones/${zone}/disks/lab-1`;
    expect(await world.read((view) => view.get('gcp', diskId)?.props)).toMatchObject({ sizeGb: '20', users: [instanceId], sourceImage: 'projects/debian-cloud/global/images/debian-12-bookworm-v20261110' });
    world.advance(15_000);
    const machine = await world.read((view) => view.get('gcp', instanceId)?.machine);
    expect(machine).toMatchObject({ state: 'running', privateIp: '10.128.0.2', authorizedKeys: [{ user: 'tester' }] });
    expect(machine?.publicIp).toMatch(/^198\.19\./);
    await world.call(call, (tx) => deleteInstance(tx, instanceId));
    world.advance(60_000);
    expect(await world.read((view) => view.list('gcp'))).toEqual([]);
  });

  it('gives an ephemeral address back when it stops and gets another; a static one stays', async () => {
    const world = gcpWorld();
    const ip = await world.call(call, (tx) => insertAddress(tx, project, 'us-central1', { name: 'fixed' }).target.props.address);
    await world.call(call, insert());
    await world.call(call, insert({ name: 'lab-2', ...disk({ diskName: 'lab-2' }), networkInterfaces: [{ accessConfigs: [{ natIP: ip ?? '' }] }] }));
    const second = instanceId.replace('lab-1', 'lab-2');
    const publicIps = () => world.read((view) => [instanceId, second].map((id) => view.get('gcp', id)?.machine?.publicIp ?? null));
    world.advance(15_000);
    const [first] = await publicIps();
    for (const id of [instanceId, second]) await world.call(call, (tx) => stopInstance(tx, id));
    world.advance(30_000);
    expect(await publicIps()).toEqual([null, ip]);
    await expect(world.call(call, (tx) => deleteAddress(tx, `projects/${project}/regions/us-central1/addresses/fixed`))).rejects.toThrow(`already being used by '${second}'`);
    for (const id of [instanceId, second]) await world.call(call, (tx) => startInstance(tx, id));
    world.advance(15_000);
    const [again, still] = await publicIps();
    expect(again).toMatch(/^198\.19\./);
    expect(again).not.toBe(first);
    expect(still).toBe(ip);
  });

  it.each([
    ['DELETE', { maxRunDuration: { seconds: '3600' } }, null],
    ['DELETE', { terminationTime: '2026-11-21T01:00:00Z' }, null],
    ['STOP', { maxRunDuration: { seconds: '3600' } }, 'stopped'],
  ])('meets its deadline (%s, %j)', async (instanceTerminationAction, limit, state) => {
    const world = gcpWorld();
    await world.call(call, insert({ scheduling: { instanceTerminationAction, ...limit } }));
    world.advance(3_590_000);
    expect(await world.read((view) => view.get('gcp', instanceId)?.machine?.state)).toBe('running');
    world.advance(120_000);
    expect(await world.read((view) => view.get('gcp', instanceId)?.machine?.state ?? null)).toBe(state);
  });

  it('is taken back when it is a spot machine, and an operation says so', async () => {
    const world = gcpWorld();
    await world.arm([fault('preemption', { durationMs: 60_000 })], null);
    await world.call(call, insert({ scheduling: { provisioningModel: 'SPOT', instanceTerminationAction: 'DELETE' } }));
    world.advance(200_000);
    const left = await world.read((view) => view.list('gcp').map(({ kind, props }) => [kind, props.operationType]));
    expect(left).toEqual([['operation', 'compute.instances.preempted']]);
  });

  it.each([
    ['pd-balanced', {}, {}],
    ['pd-balanced', { provisionedThroughput: '290' }, {}],
    ['pd-extreme', { provisionedIops: '4000' }, { provisionedIops: '4000' }],
    ['hyperdisk-balanced', {}, { provisionedIops: '3564', provisionedThroughput: '281' }],
    ['hyperdisk-balanced', { provisionedIops: '5000', provisionedThroughput: '200' }, { provisionedIops: '5000', provisionedThroughput: '200' }],
    ['hyperdisk-extreme', { provisionedIops: '9000' }, { provisionedIops: '9000' }],
    ['hyperdisk-throughput', { provisionedThroughput: '180' }, { provisionedThroughput: '180' }],
  ])('a %s disk has the performance that its type is provisioned with, and no other: %o', async (type, asked, has) => {
    const world = gcpWorld();
    await world.call(call, (tx) => insertDisk(tx, project, zone, { name: 'data', sizeGb: '100', type: `zones/${zone}/diskTypes/${type}`, ...asked }));
    const disk = await world.read((view) => view.get('gcp', `projects/${project}/zones/${zone}/disks/data`));
    const { provisionedIops, provisionedThroughput } = disk?.props ?? {};
    expect(JSON.parse(JSON.stringify({ provisionedIops, provisionedThroughput }))).toEqual(has);
  });

  it('leaves a disk alone that is not to go with it', async () => {
    const world = gcpWorld();
    await world.call(call, (tx) => insertDisk(tx, project, zone, { name: 'data', sizeGb: '10' }));
    await world.call(call, insert({ disks: [...(instanceBody().disks as readonly JsonObject[]), { source: `projects/${project}/zones/${zone}/disks/data` }] }));
    await world.call(call, (tx) => deleteInstance(tx, instanceId));
    world.advance(60_000);
    expect(await world.read((view) => view.list('gcp').map(({ name, props }) => [name, props.users]))).toEqual([['data', []]]);
  });
});
