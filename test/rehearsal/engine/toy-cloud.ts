import { CloudError } from '../../../src/rehearsal/engine/cloud-error.ts';
import type { Caller, CloudCall } from '../../../src/rehearsal/engine/call.ts';
import type { Catalogue, CatalogueImage, CatalogueType } from '../../../src/rehearsal/engine/catalogue.ts';
import type { Fault, FaultKind } from '../../../src/rehearsal/engine/fault.ts';
import { launchMachine, onMachineTimer } from '../../../src/rehearsal/engine/lifecycle.ts';
import type { MachineHooks, MachineSpec } from '../../../src/rehearsal/engine/machine-spec.ts';
import type { SimResource } from '../../../src/rehearsal/engine/resource.ts';
import type { CloudModel, Transaction } from '../../../src/rehearsal/engine/world.ts';

/** A cloud of a few rules, to see the engine by itself: machines, and disks that go with them. */
export const toyHooks: MachineHooks = {
  pace: { pendingMs: 2_000, bootMs: 10_000, cloudInitMs: 20_000, stoppingMs: 3_000, terminatingMs: 4_000, noticeMs: 30_000 },
  onTerminated: (tx, { id }) => {
    for (const disk of tx.list('aws', 'disk')) if (disk.props.instance === id) tx.remove('aws', disk.id);
    tx.remove('aws', id);
  },
  onStopped: (tx, instance) => {
    if (instance.machine !== undefined) tx.put({ ...instance, machine: { ...instance.machine, publicIp: null } });
  },
  onRunning: (tx, instance) => {
    if (instance.machine?.publicIp === null) tx.put({ ...instance, machine: { ...instance.machine, publicIp: '203.0.113.9' } });
  },
};

export const toyModel: CloudModel = {
  cloud: 'aws',
  refusal: (kind) => new CloudError(`Toy-${kind}`, `the toy cloud says ${kind}`),
  onTimer: (tx, timer) => {
    if (timer.what === 'explodes') throw new Error('a bug in the model');
    onMachineTimer(tx, timer, toyHooks);
  },
};

export const toyCatalogue: Catalogue = { clouds: { aws: { regions: [{ id: 'toy-1', name: 'Toy', zones: ['toy-1a', 'toy-1b'] }], instanceTypes: [], images: [] } } };

export const toyImage: CatalogueImage = {
  name: 'toy-20261110',
  query: { cloud: 'aws', owners: ['1'], namePattern: 'toy-*', ssmParameter: null, marketplace: false, newestBy: 'date', includeDeprecated: false },
  arch: 'amd64',
  system: { distro: 'debian', version: '12', title: 'Debian', init: 'cloud-init', serviceManager: 'systemd' },
  defaultUser: 'admin',
  minDiskGb: 8,
  createdAt: '2026-11-10T06:00:00.000Z',
};

const toyType: CatalogueType = { type: 'toy.small', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: null };

export const toyCaller: Caller = { actor: 'terraform', run: 'run-1', session: 'lab-abc', stack: 'aws' };

export const createCall: CloudCall = { cloud: 'aws', operation: 'RunInstances', verb: 'create', subject: 'instance', caller: toyCaller, region: 'toy-1', zone: 'toy-1a' };
export const listCall: CloudCall = { cloud: 'aws', operation: 'DescribeInstances', verb: 'list', subject: 'instance', caller: toyCaller, region: 'toy-1' };

export function thing(id: string, more: Partial<SimResource> = {}): SimResource {
  return { cloud: 'aws', kind: 'thing', id, name: null, region: 'toy-1', zone: null, tags: {}, createdAtMs: 0, props: {}, ...more };
}

/** An instance with a disk. */
export function launchToy(tx: Transaction, id: string, spec: Partial<MachineSpec> = {}): SimResource {
  tx.put(thing(`${id}-disk`, { kind: 'disk', props: { instance: id } }));
  return launchMachine(
    tx,
    thing(id, { kind: 'instance', createdAtMs: tx.nowMs }),
    {
      hostName: id,
      image: toyImage,
      type: toyType,
      privateIp: '10.0.0.4',
      publicIp: '203.0.113.8',
      userData: null,
      authorizedKeys: [],
      onShutdown: 'stop',
      deadline: null,
      spot: false,
      ...spec,
    },
    toyHooks,
  );
}

export function fault(kind: FaultKind, more: Partial<Fault> = {}): Fault {
  return { kind, spec: kind, cloud: null, operation: null, region: null, zone: null, call: 1, times: null, afterMs: null, durationMs: null, ...more };
}
