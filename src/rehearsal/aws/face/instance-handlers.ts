import { CloudError } from '../../engine/cloud-error.ts';
import { consoleText } from '../../engine/console.ts';
import type { SimResource } from '../../engine/resource.ts';
import { type Ec2, find, get } from '../model/ec2.ts';
import { ec2State, rebootInstances, startInstances, stopInstances, terminateInstances } from '../model/instance-life.ts';
import { isNitro } from '../model/instance-types.ts';
import { type InstanceChange, modifyCredits, modifyInstance, modifyMetadata, monitorInstance, setInstanceProfile } from '../model/modify-instance.ts';
import { flag, text, textOrNull } from '../model/props.ts';
import { runInstances } from '../model/run-instances.ts';
import { interfacesOf } from '../model/network-interfaces.ts';
import { filtered, paged, tagged } from './filters.ts';
import { done, type Handler, type Handlers, named, timestamp } from './handler.ts';
import { instanceFilters, reservations, reservationXml } from './instance-xml.ts';
import { launchInput, metadataIn } from './launch-query.ts';
import { flagParam, listParam, param, type Query, required } from './query.ts';
import type { Xml, XmlMembers } from './xml.ts';

export const instanceHandlers: Handlers = {
  RunInstances: (ec2, query) => {
    const launched = runInstances(ec2, launchInput(query));
    const [first] = launched;
    return reservationXml(ec2, first === undefined ? '' : text(first, 'reservationId'), launched);
  },
  DescribeInstances: (ec2, query) => {
    const { items, nextToken } = paged(query, filtered(query, named(ec2, query, 'instance', 'InstanceId'), (instance) => instanceFilters(ec2, instance)));
    return { reservationSet: reservations(ec2, items), nextToken };
  },
  DescribeInstanceStatus: (ec2, query) => {
    const everyState = flagParam(query, 'IncludeAllInstances') ?? false;
    const instances = named(ec2, query, 'instance', 'InstanceId').filter(({ machine }) => everyState || machine?.state === 'running');
    const { items, nextToken } = paged(query, filtered(query, instances, statusFilters));
    return { instanceStatusSet: items.map((instance) => statusXml(ec2, instance)), nextToken };
  },
  DescribeInstanceAttribute: (ec2, query) => {
    const instance = get(ec2, 'instance', required(query, 'InstanceId'));
    const name = required(query, 'Attribute');
    const value = attributeXml(ec2, instance, name);
    if (value === undefined) throw new CloudError('InvalidParameterValue', `Value (${name}) for parameter attribute is invalid. Unknown attribute.`);
    return { instanceId: instance.id, [name]: value };
  },
  DescribeInstanceCreditSpecifications: (ec2, query) => ({
    instanceCreditSpecificationSet: named(ec2, query, 'instance', 'InstanceId')
      .filter((instance) => textOrNull(instance, 'credits') !== null)
      .map((instance) => ({ instanceId: instance.id, cpuCredits: text(instance, 'credits') })),
  }),
  GetConsoleOutput: (ec2, query) => {
    const instance = get(ec2, 'instance', required(query, 'InstanceId'));
    if (flagParam(query, 'Latest') === true && !isNitro(text(instance, 'instanceType'))) {
      throw new CloudError('UnsupportedOperation', 'This instance type does not support retrieving the latest console logs. Supported instance types can be found in the documentation.');
    }
    const output = instance.machine === undefined ? '' : consoleText(instance.machine, ec2.tx.nowMs);
    // The last 64 KB, in base64; nothing at all before the first output (EC2 API reference, GetConsoleOutput).
    const kept = Buffer.from(output).subarray(-65_536);
    return { instanceId: instance.id, timestamp: timestamp(ec2.tx.nowMs), output: kept.length === 0 ? null : kept.toString('base64') };
  },
  StartInstances: changing(startInstances),
  StopInstances: changing(stopInstances),
  TerminateInstances: changing(terminateInstances),
  RebootInstances: (ec2, query) => {
    rebootInstances(ec2, listParam(query, 'InstanceId'));
    return done;
  },
  ModifyInstanceAttribute: (ec2, query) => {
    modifyInstance(ec2, required(query, 'InstanceId'), changeIn(query));
    return done;
  },
  ModifyInstanceMetadataOptions: (ec2, query) => {
    modifyMetadata(ec2, required(query, 'InstanceId'), metadataIn(query));
    return { instanceId: required(query, 'InstanceId') };
  },
  ModifyInstanceCreditSpecification: (ec2, query) => {
    const id = required(query, 'InstanceCreditSpecification.1.InstanceId');
    modifyCredits(ec2, id, required(query, 'InstanceCreditSpecification.1.CpuCredits'));
    return { successfulInstanceCreditSpecificationSet: [{ instanceId: id }] };
  },
  MonitorInstances: monitoring(true),
  UnmonitorInstances: monitoring(false),
  AssociateIamInstanceProfile: (ec2, query) => {
    setInstanceProfile(ec2, required(query, 'InstanceId'), required(query, 'IamInstanceProfile.Name'));
    return { iamInstanceProfileAssociation: { instanceId: required(query, 'InstanceId'), state: 'associated' } };
  },
};

function changing(change: (ec2: Ec2, ids: readonly string[]) => readonly SimResource[]): Handler {
  return (ec2, query) => {
    const ids = listParam(query, 'InstanceId');
    if (ids.length === 0) throw new CloudError('MissingParameter', 'The request must contain the parameter InstanceId');
    const before = new Map(ids.map((id) => [id, ec2State(get(ec2, 'instance', id))]));
    const changed = change(ec2, ids);
    return { instancesSet: changed.map((instance) => ({ instanceId: instance.id, currentState: { ...ec2State(instance) }, previousState: { ...before.get(instance.id) } })) };
  };
}

function monitoring(on: boolean): Handler {
  return (ec2, query) => {
    const ids = listParam(query, 'InstanceId');
    for (const id of ids) monitorInstance(ec2, id, on);
    return { instancesSet: ids.map((instanceId) => ({ instanceId, monitoring: { state: on ? 'pending' : 'disabling' } })) };
  };
}

function changeIn(query: Query): InstanceChange {
  const plain = param(query, 'Attribute') === null ? null : { name: required(query, 'Attribute'), value: param(query, 'Value') };
  const value = (name: string): string | null => param(query, `${name.charAt(0).toUpperCase()}${name.slice(1)}.Value`) ?? (plain?.name === name ? plain.value : null);
  const groupIds = listParam(query, 'GroupId');
  if (groupIds.length > 0) return { groupIds };
  for (const name of ['disableApiTermination', 'disableApiStop', 'ebsOptimized', 'sourceDestCheck'] as const) {
    const given = value(name);
    if (given !== null) return changeOf(name, given === 'true');
  }
  const shutdown = value('instanceInitiatedShutdownBehavior');
  if (shutdown !== null) return { shutdownBehavior: shutdown === 'terminate' ? 'terminate' : 'stop' };
  const type = value('instanceType');
  if (type !== null) return { instanceType: type };
  const userData = value('userData');
  if (userData !== null) return { userData: userData === '' ? null : userData };
  throw new CloudError('MissingParameter', 'The request must contain an attribute to modify');
}

function changeOf(name: 'disableApiTermination' | 'disableApiStop' | 'ebsOptimized' | 'sourceDestCheck', value: boolean): InstanceChange {
  switch (name) {
    case 'disableApiTermination':
      return { disableApiTermination: value };
    case 'disableApiStop':
      return { disableApiStop: value };
    case 'ebsOptimized':
      return { ebsOptimized: value };
    case 'sourceDestCheck':
      return { sourceDestCheck: value };
  }
}

/** undefined: there is no such attribute. */
function attributeXml(ec2: Ec2, instance: SimResource, name: string): Xml {
  const [primary] = interfacesOf(ec2, instance);
  const attributes: Readonly<Record<string, Xml>> = {
    instanceType: { value: text(instance, 'instanceType') },
    userData: { value: textOrNull(instance, 'userData') },
    disableApiTermination: { value: flag(instance, 'disableApiTermination') },
    disableApiStop: { value: flag(instance, 'disableApiStop') },
    instanceInitiatedShutdownBehavior: { value: instance.machine?.onShutdown ?? 'stop' },
    rootDeviceName: { value: text(instance, 'rootDeviceName') },
    sourceDestCheck: { value: primary === undefined || flag(primary, 'sourceDestCheck') },
    ebsOptimized: { value: flag(instance, 'ebsOptimized') },
    enaSupport: { value: true },
    sriovNetSupport: { value: null },
    productCodes: [],
    groupSet: [],
  };
  return attributes[name];
}

function statusFilters(instance: SimResource): ReturnType<typeof tagged> {
  const state = ec2State(instance);
  const health = healthOf(instance, Infinity);
  return tagged(instance, {
    'availability-zone': instance.zone,
    'instance-state-name': state.name,
    'instance-state-code': state.code,
    'instance-status.status': health,
    'system-status.status': health,
  });
}

/** Checks pass once the guest is up: about when SSH answers. */
function healthOf({ machine }: SimResource, nowMs: number): string {
  if (machine?.state !== 'running') return 'not-applicable';
  if (machine.neverReady) return 'impaired';
  return machine.sshAtMs !== null && machine.sshAtMs <= nowMs ? 'ok' : 'initializing';
}

function statusXml(ec2: Ec2, listed: SimResource): XmlMembers {
  const instance = find(ec2, 'instance', listed.id) ?? listed;
  const health = healthOf(instance, ec2.tx.nowMs);
  const details = (status: string): Xml => (status === 'not-applicable' ? null : [{ name: 'reachability', status: status === 'ok' ? 'passed' : status === 'impaired' ? 'failed' : 'initializing' }]);
  const system = health === 'impaired' ? 'ok' : health;
  const preemptedAtMs = instance.machine?.preemptedAtMs ?? null;
  return {
    instanceId: instance.id,
    availabilityZone: instance.zone,
    instanceState: { ...ec2State(instance) },
    instanceStatus: { status: health, details: details(health) },
    systemStatus: { status: system, details: details(system) },
    eventsSet: preemptedAtMs === null ? [] : [{ code: 'instance-stop', description: 'Simulated: the spot instance is taken back', notBefore: timestamp(preemptedAtMs) }],
  };
}
