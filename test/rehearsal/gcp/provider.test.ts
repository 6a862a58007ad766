import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/rehearsal/engine/fault.ts';
import type { MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { gcpModel } from '../../../src/rehearsal/gcp/model/gcp-model.ts';
import { createGoogleProvider } from '../../../src/rehearsal/gcp/terraform/google-provider.ts';
import { type Attributes, ProviderError, unknown, type Value } from '../../../src/plugin/behaviour.ts';
import type { ProviderContext } from '../../../src/rehearsal/provider/behaviour.ts';
import { complete } from '../../../src/plugin/plan/complete.ts';
import { inconsistencies } from '../../../src/plugin/plan/consistency.ts';
import { planChange } from '../../../src/plugin/plan/plan-change.ts';
import { loadSchema } from '../../../src/rehearsal/provider/load-schema.ts';
import { caller, catalogue, fault } from './gcp-world.ts';

const schema = await loadSchema('google');
const provider = createGoogleProvider({ GOOGLE_PROJECT: 'lab-project', GOOGLE_REGION: 'us-central1', GOOGLE_ZONE: 'us-central1-a' });

let world: MemoryWorld;
let context: ProviderContext;
beforeEach(() => {
  world = createMemoryWorld({ models: [gcpModel], catalogue, speed: 5_000 });
  context = { world, caller: { ...caller, actor: 'terraform' }, config: complete(schema.provider, {}), signal: new AbortController().signal };
});

function kit(type: string) {
  const behaviour = provider.resources.find((resource) => resource.type === type)!;
  const resource = schema.resources[type]!;
  const plan = (config: Attributes, prior: Attributes | null) => planChange(resource, behaviour, { config: complete(resource.block, config), prior }, context);
  return {
    behaviour,
    plan,
    /** Creates it, as Terraform does, and checks that the state is what was planned. */
    async apply(config: Attributes, prior: Attributes | null = null): Promise<Attributes> {
      const { planned } = plan(config, prior);
      const state = prior === null ? await behaviour.create(planned, context, config) : await behaviour.update!(prior, planned, context, config);
      expect(inconsistencies(resource.block.type, planned, state)).toEqual([]);
      return state;
    },
    /** What a plan right after would change. */
    async drift(config: Attributes, state: Attributes): Promise<readonly string[]> {
      const read = await behaviour.read(state, context);
      if (read === null) return ['gone'];
      const { planned, requiresReplace } = plan(config, read);
      return [...inconsistencies(resource.block.type, planned, state).map(({ path }) => path.join('.')), ...requiresReplace.map((path) => `replace ${path.join('.')}`)].concat(hasUnknown(planned) ? ['unknown'] : []);
    },
  };
}

const hasUnknown = (value: Value): boolean =>
  value === unknown || (typeof value === 'object' && value !== null && Object.values(value).some((inner: Value) => hasUnknown(inner)));

const network = kit('google_compute_network');
const subnet = kit('google_compute_subnetwork');
const firewall = kit('google_compute_firewall');
const address = kit('google_compute_address');
const instance = kit('google_compute_instance');
const disk = kit('google_compute_disk');

const networkConfig = { name: 'lab', auto_create_subnetworks: false };
const subnetConfig = { name: 'lab', network: 'lab', ip_cidr_range: '10.77.0.0/24' };
const firewallConfig = { name: 'lab-ssh', network: 'lab', source_ranges: ['203.0.113.7/32'], target_tags: ['lab'], allow: [{ protocol: 'TCP', ports: ['22'] }] };
const instanceConfig = (changes: Attributes = {}): Attributes => ({
  name: 'lab-1',
  machine_type: 'e2-medium',
  tags: ['lab'],
  labels: { owner: 'me' },
  metadata: { 'ssh-keys': 'tester:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEs x', 'user-data': '#!/bin/sh\n' },
  boot_disk: [{ initialize_params: [{ image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20261110', size: 20, type: 'pd-balanced' }] }],
  network_interface: [{ subnetwork: 'lab', access_config: [{}] }],
  shielded_instance_config: [{ enable_secure_boot: false }],
  ...changes,
});

async function lab(): Promise<void> {
  await network.apply(networkConfig);
  await subnet.apply(subnetConfig);
}

describe('the google provider', () => {
  it('writes what the real one reads back, and sees no change afterwards', async () => {
    const net = await network.apply(networkConfig);
    expect(net).toMatchObject({
      id: 'projects/lab-project/global/networks/lab',
      self_link: 'https://www.googleapis.com/compute/v1/projects/lab-project/global/networks/lab',
      routing_mode: 'REGIONAL',
      mtu: 1460,
      network_firewall_policy_enforcement_order: 'AFTER_CLASSIC_FIREWALL',
      project: 'lab-project',
    });
    const sub = await subnet.apply(subnetConfig);
    expect(sub).toMatchObject({ id: 'projects/lab-project/regions/us-central1/subnetworks/lab', gateway_address: '10.77.0.1', region: 'us-central1', stack_type: 'IPV4_ONLY', purpose: 'PRIVATE' });
    const rule = await firewall.apply(firewallConfig);
    expect(rule).toMatchObject({ id: 'projects/lab-project/global/firewalls/lab-ssh', direction: 'INGRESS', priority: 1000 });
    const vm = await instance.apply(instanceConfig());
    expect(vm).toMatchObject({
      id: 'projects/lab-project/zones/us-central1-a/instances/lab-1',
      current_status: 'RUNNING',
      cpu_platform: 'AMD Rome',
      labels: { owner: 'me' },
      terraform_labels: { owner: 'me', 'goog-terraform-provisioned': 'true' },
      effective_labels: { owner: 'me', 'goog-terraform-provisioned': 'true' },
      tags_fingerprint: expect.stringMatching(/^.{11}=$/),
      boot_disk: [{ auto_delete: true, device_name: 'persistent-disk-0', mode: 'READ_WRITE', source: expect.stringMatching(/disks\/lab-1$/), initialize_params: [{ size: 20, type: 'pd-balanced' }] }],
      network_interface: [{ name: 'nic0', network_ip: '10.77.0.2', stack_type: 'IPV4_ONLY', access_config: [{ nat_ip: expect.stringMatching(/^198\.19\./), network_tier: 'PREMIUM' }] }],
      scheduling: [{ automatic_restart: true, on_host_maintenance: 'MIGRATE', preemptible: false, provisioning_model: 'STANDARD' }],
      shielded_instance_config: [{ enable_secure_boot: false, enable_vtpm: true, enable_integrity_monitoring: true }],
    });
    const ip = await address.apply({ name: 'fixed', labels: { a: 'b' } });
    expect(ip).toMatchObject({ address_type: 'EXTERNAL', network_tier: 'PREMIUM', users: [] });
    const data = await disk.apply({ name: 'data', size: 12, type: 'pd-ssd' });
    expect(await network.drift(networkConfig, net)).toEqual([]);
    expect(await subnet.drift(subnetConfig, sub)).toEqual([]);
    expect(await firewall.drift(firewallConfig, rule)).toEqual([]);
    expect(await instance.drift(instanceConfig(), vm)).toEqual([]);
    expect(await address.drift({ name: 'fixed', labels: { a: 'b' } }, ip)).toEqual([]);
    expect(await disk.drift({ name: 'data', size: 12, type: 'pd-ssd' }, data)).toEqual([]);
  });

  it.each([
    ['spot', { scheduling: [{ provisioning_model: 'SPOT', preemptible: true, automatic_restart: false, instance_termination_action: 'DELETE' }] }],
    ['a deadline', { scheduling: [{ automatic_restart: true, instance_termination_action: 'DELETE', termination_time: new Date(Date.now() + 3_600_000).toISOString() }] }],
    ['a run duration', { scheduling: [{ instance_termination_action: 'DELETE', max_run_duration: [{ seconds: 3600 }] }] }],
    ['no block that could be left out', { shielded_instance_config: [], labels: null, tags: null, metadata: null }],
    ['a family for an image', { boot_disk: [{ initialize_params: [{ image: 'debian-cloud/debian-12' }] }] }],
    ['the default network and no public address', { network_interface: [{ network: 'default' }] }],
    ['links for names', { machine_type: 'e2-medium', network_interface: [{ network: 'projects/lab-project/global/networks/lab', subnetwork: 'https://www.googleapis.com/compute/v1/projects/lab-project/regions/us-central1/subnetworks/lab' }] }],
  ])('sees no change after an apply with %s', async (_what, changes) => {
    await lab();
    const config = instanceConfig(changes);
    expect(await instance.drift(config, await instance.apply(config))).toEqual([]);
  });

  it('changes in place what can be changed, and replaces the rest', async () => {
    await lab();
    const before = await instance.apply(instanceConfig());
    const changed = instanceConfig({ labels: { owner: 'you', more: 'x' }, tags: ['lab', 'web'], metadata: { a: 'b' }, description: 'mine' });
    expect(instance.plan(changed, before).requiresReplace).toEqual([]);
    const after = await instance.apply(changed, before);
    expect(after).toMatchObject({ instance_id: before.instance_id, effective_labels: { owner: 'you', more: 'x', 'goog-terraform-provisioned': 'true' } });
    expect(after.label_fingerprint).not.toBe(before.label_fingerprint);
    expect(await instance.drift(changed, after)).toEqual([]);
    const image = { boot_disk: [{ initialize_params: [{ image: 'projects/rocky-linux-cloud/global/images/rocky-linux-9-v20261110', size: 20, type: 'pd-balanced' }] }] };
    expect(instance.plan(instanceConfig(image), before).requiresReplace).toEqual([['boot_disk', 0, 'initialize_params', 0, 'image']]);
    const noAddress = instanceConfig({ network_interface: [{ subnetwork: 'lab' }] });
    expect(instance.plan(noAddress, before).requiresReplace).toEqual([]);
    expect(await instance.apply({ ...noAddress, metadata: { a: 'b' }, labels: changed.labels ?? null, tags: ['lab', 'web'], description: 'mine' }, after)).toMatchObject({ network_interface: [{ access_config: [] }] });
  });

  it('stops a machine for a new type only where it may', async () => {
    await lab();
    const before = await instance.apply(instanceConfig());
    await expect(instance.apply(instanceConfig({ machine_type: 'e2-standard-4' }), before)).rejects.toThrow('please set allow_stopping_for_update = true');
    const config = instanceConfig({ machine_type: 'e2-standard-4', allow_stopping_for_update: true });
    const after = await instance.apply(config, before);
    expect(after).toMatchObject({ machine_type: 'e2-standard-4', current_status: 'RUNNING', instance_id: before.instance_id });
    expect(await instance.drift(config, after)).toEqual([]);
  });

  it('tells drift: a machine that is gone, labels of others, labels that were taken away', async () => {
    await lab();
    const state = await instance.apply(instanceConfig());
    await world.call({ cloud: 'gcp', operation: 'x', verb: 'update', subject: 'instance', caller }, (tx) => {
      const found = tx.get('gcp', 'projects/lab-project/zones/us-central1-a/instances/lab-1')!;
      tx.put({ ...found, tags: { 'goog-terraform-provisioned': 'true', theirs: 'x' } });
    });
    const read = await instance.behaviour.read(state, context);
    expect(read).toMatchObject({ labels: {}, effective_labels: { theirs: 'x' } });
    expect(instance.plan(instanceConfig(), read).planned).toMatchObject({ effective_labels: { theirs: 'x', owner: 'me', 'goog-terraform-provisioned': 'true' } });
    await instance.behaviour.delete(state, context);
    expect(await instance.behaviour.read(state, context)).toBeNull();
    await instance.behaviour.delete(state, context);
  });

  it('refuses to delete what is protected, and what is in use', async () => {
    await lab();
    const state = await instance.apply(instanceConfig({ deletion_protection: true }));
    await expect(instance.behaviour.delete(state, context)).rejects.toThrow('Cannot delete instance lab-1: instance Deletion Protection is enabled.');
    const net = await network.behaviour.read({ id: 'projects/lab-project/global/networks/lab' }, context);
    await expect(network.behaviour.delete(net!, context)).rejects.toThrow(/^Error when reading or editing Network: googleapi: Error 400: The network resource '.*' is already being used by '.*', resourceInUseByAnotherResource$/);
  });

  it('imports by every form of an id, and plans no replacement for the configuration', async () => {
    await lab();
    await instance.apply(instanceConfig());
    for (const given of ['projects/lab-project/zones/us-central1-a/instances/lab-1', 'lab-project/us-central1-a/lab-1', 'lab-1']) {
      const { block } = schema.resources.google_compute_instance!;
      const imported = await instance.behaviour.read(complete(block, await instance.behaviour.import!(given, context)), context);
      expect(instance.plan(instanceConfig(), imported).requiresReplace).toEqual([]);
    }
  });
});

const post = 'Post "https://compute.googleapis.com/compute/v1/projects/lab-project/zones/us-central1-a/instances?alt=json&prettyPrint=false"';
const failures: readonly (readonly [Fault['kind'], Partial<Fault>, string | RegExp, exists: boolean])[] = [
  ['quota', {}, "Error waiting for instance to create: Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.\n\tmetric name = compute.googleapis.com/cpus\n\tlimit name = CPUS-per-project-region\n\tlimit = 24\n\tdimensions = map[region:us-central1]\n", false],
  ['capacity', {}, /^Error waiting for instance to create: The zone 'projects\/lab-project\/zones\/us-central1-a' does not have enough resources available to fulfill the request. {2}Try a different zone, or try again later.\n\nA e2-medium VM instance is currently unavailable in the us-central1-a zone. Consider trying your request in the us-central1-b, us-central1-c, us-central1-f zone\(s\), which currently has capacity/, false],
  ['capacity-region', {}, /is currently unavailable in the us-central1-a zone. Alternatively, you can try/, false],
  ['permission', {}, "Error creating instance: googleapi: Error 403: Required 'compute.instances.create' permission for 'projects/lab-project/zones/us-central1-a/instances/lab-1', forbidden", false],
  ['expired', {}, `Error creating instance: ${post}: oauth2: "invalid_grant" "reauth related error (invalid_rapt)" "https://support.google.com/a/answer/9368756"`, false],
  ['image', { operation: 'compute.instances.insert' }, /^Error creating instance: googleapi: Error 400: Invalid value for field 'resource.disks\[0\].initializeParams.sourceImage': '.*'. The referenced image resource cannot be found., invalid$/, false],
  ['terms', {}, 'Error creating instance: googleapi: Error 400: Callers must accept Terms of Service, failedPrecondition', false],
  ['throttled', {}, /^Error creating instance: googleapi: Error 403: Quota exceeded for quota metric .*, rateLimitExceeded$/, false],
  ['conflict', {}, "Error creating instance: googleapi: Error 409: The resource 'projects/lab-project/zones/us-central1-a/instances/lab-1' already exists, alreadyExists", false],
  ['invalid-input', {}, /^Error creating instance: googleapi: Error 400: Invalid value for field 'resource.machineType'/, false],
  ['network', {}, `Error creating instance: ${post}: read tcp 10.0.0.2:49152->142.250.0.95:443: read: connection reset by peer`, false],
  ['answer-lost', {}, /^Error waiting for instance to create: Get ".*\/operations\/operation-lost.*": read tcp .*: connection reset by peer$/, true],
  ['stuck', {}, /^Error waiting for instance to create: timeout while waiting for state to become 'DONE' \(last state: 'RUNNING', timeout: 1m0s\)$/, true],
];

describe('a machine that is not created', () => {
  it.each(failures)('says so: %s', async (kind, changes, message, exists) => {
    await lab();
    await world.arm([fault(kind, changes)], null);
    const error = await instance.apply(instanceConfig({ timeouts: { create: '1m' } })).then(
      () => null,
      (thrown: unknown) => (thrown instanceof ProviderError ? thrown : null),
    );
    if (typeof message === 'string') expect(error?.diagnostic.summary).toBe(message);
    else expect(error?.diagnostic.summary).toMatch(message);
    // The id is cleared: what exists all the same is an orphan.
    expect(error?.partial).toBeNull();
    expect(await world.read((view) => view.list('gcp', 'instance').length)).toBe(exists ? 1 : 0);
  });

  it('is created all the same after trouble that passes', async () => {
    await lab();
    await world.arm([fault('throttled', { times: 2 })], null);
    expect(await instance.apply(instanceConfig())).toMatchObject({ current_status: 'RUNNING' });
  });

  it('is refused without credentials before anything else', async () => {
    await world.arm([fault('credentials')], null);
    await expect(provider.configure!(context)).rejects.toThrow(/^Attempted to load application default credentials since neither `credentials` nor `access_token` was set in the provider block\./);
  });

  it('needs a project and a zone', async () => {
    const bare = createGoogleProvider({}).resources.find(({ type }) => type === 'google_compute_instance')!;
    const planned = complete(schema.resources.google_compute_instance!.block, instanceConfig());
    await expect(bare.create(planned, context, planned)).rejects.toThrow('project: required field is not set');
    await expect(bare.create({ ...planned, project: 'lab-project' }, context, planned)).rejects.toThrow('Cannot determine zone: set in this resource, or set provider-level zone.');
  });
});
