import { type Attributes, type Planning, type ProviderDiagnostic, unknown, type Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { find, get } from '../model/ec2.ts';
import { terminateInstances } from '../model/instance-life.ts';
import { modifyInstance } from '../model/modify-instance.ts';
import { runInstances } from '../model/run-instances.ts';
import { cancelSpotRequests } from '../model/spot-requests.ts';
import { askEc2, hasCode, regionOf } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { isKnown, isSame, isZero } from './attributes.ts';
import { explained, saying, withPartial } from './failures.ts';
import { launchInput, spotOf, userDataHash } from './instance-launch.ts';
import { instanceState } from './instance-state.ts';
import { updateInstance } from './instance-update.ts';
import { timeoutOf, waitRunning, waitTerminated } from './instance-waits.ts';
import { planTags } from './plan-tags.ts';
import { uniqueName } from './unique-name.ts';

const minuteMs = 60_000;
const computedBlocks = [
  'capacity_reservation_specification',
  'cpu_options',
  'credit_specification',
  'ebs_block_device',
  'enclave_options',
  'ephemeral_block_device',
  'instance_market_options',
  'maintenance_options',
  'metadata_options',
  'network_interface',
  'private_dns_name_options',
  'root_block_device',
];
/** A new type changes these too, which no plan of the provider's says: the next refresh shows it. */
const followsType = ['cpu_core_count', 'cpu_threads_per_core', 'cpu_options', 'credit_specification', 'ebs_optimized'];

export const instanceBehaviour: ResourceBehaviour = {
  type: 'aws_instance',
  defaults: {
    get_password_data: false,
    source_dest_check: true,
    user_data_replace_on_change: false,
    'root_block_device.delete_on_termination': true,
    'ebs_block_device.delete_on_termination': true,
    'metadata_options.http_endpoint': 'enabled',
    'metadata_options.http_protocol_ipv6': 'disabled',
    'network_interface.delete_on_termination': false,
    'network_interface.network_card_index': 0,
  },
  computedBlocks,
  replacedBy: [
    'host_id',
    'ipv6_address_count',
    'ipv6_addresses',
    'cpu_core_count',
    'cpu_threads_per_core',
    'root_block_device.kms_key_id',
    'ebs_block_device.device_name',
    'ebs_block_device.encrypted',
    'ebs_block_device.kms_key_id',
    'ebs_block_device.snapshot_id',
    'ebs_block_device.volume_size',
    'ebs_block_device.volume_type',
    'ebs_block_device.iops',
    'ebs_block_device.throughput',
    'network_interface',
  ],
  plan,
  validate,
  create: async (planned, context, config) => {
    const zone = await zoneFor(planned, context);
    const [imageId, instanceType, market] = [text(planned, 'ami'), text(planned, 'instance_type'), spotOf(planned) === null ? 'on-demand' : 'spot'];
    const clientToken = uniqueName();
    const launched = await saying('creating EC2 Instance', () =>
      askEc2(context, 'RunInstances', { zone, params: { imageId, instanceType, market } }, (ec2) => {
        const [instance] = runInstances(ec2, launchInput(ec2, context, planned, config, clientToken));
        return instance?.id ?? '';
      }),
    );
    return withPartial(context, (ec2) => instanceState(ec2, context, launched, planned), async () => {
      await saying(`waiting for EC2 Instance (${launched}) create`, () => waitRunning(context, launched, timeoutOf(planned, 'create', 10 * minuteMs)));
      if (bool(planned, 'source_dest_check') === false) {
        await saying(`updating EC2 Instance (${launched})`, () =>
          askEc2(context, 'ModifyInstanceAttribute', { target: launched, params: { sourceDestCheck: false } }, (ec2) => modifyInstance(ec2, launched, { sourceDestCheck: false })),
        );
      }
      return (await read(launched, planned, context)) ?? planned;
    });
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context, config) => {
    const id = text(prior, 'id') ?? '';
    await updateInstance(context, id, prior, planned, config);
    const updated = (await read(id, planned, context)) ?? planned;
    return { ...updated, ...Object.fromEntries(followsType.map((name): [string, Value] => [name, isKnown(planned[name]) ? (planned[name] ?? null) : (updated[name] ?? null)])) };
  },
  delete: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    const request = text(prior, 'spot_instance_request_id');
    try {
      await allowTermination(context, id);
      if (request !== null) await askEc2(context, 'CancelSpotInstanceRequests', { target: request }, (ec2) => void cancelSpotRequests(ec2, [request])).catch(ignoreUnknownRequest);
      await askEc2(context, 'TerminateInstances', { target: id }, (ec2) => void terminateInstances(ec2, [id]));
    } catch (error) {
      if (hasCode(error, 'InvalidInstanceID.NotFound')) return;
      throw explained(`terminating EC2 Instance (${id})`, error);
    }
    await saying(`waiting for EC2 Instance (${id}) delete`, () => waitTerminated(context, id, timeoutOf(prior, 'delete', 20 * minuteMs)));
  },
};

function plan(planning: Planning, context: ProviderContext): Attributes {
  const { prior, config } = planning;
  const result: Record<string, Value> = { ...planTags(planning, context) };
  const given = config.user_data;
  if (typeof given === 'string' && given !== '') result.user_data = userDataHash(given);
  if (prior !== null && ['instance_type', 'user_data', 'user_data_base64'].some((name) => !isSame(prior[name], result[name]))) {
    // It is stopped and started for these, and comes back under another address.
    result.public_ip = unknown;
    result.public_dns = unknown;
  }
  return result;
}

function validate(config: Attributes): readonly ProviderDiagnostic[] {
  const conflict = (a: string, b: string): readonly ProviderDiagnostic[] =>
    isKnown(config[a]) && isKnown(config[b]) && !isZero(config[a]) && !isZero(config[b])
      ? [{ severity: 'error', summary: 'Conflicting configuration arguments', detail: `"${a}": conflicts with ${b}`, path: [a] }]
      : [];
  const missing = ['ami', 'instance_type'].filter((name) => isKnown(config[name]) && isZero(config[name]) && isZero(config.launch_template));
  return [
    ...conflict('user_data', 'user_data_base64'),
    ...conflict('network_interface', 'subnet_id'),
    ...conflict('network_interface', 'vpc_security_group_ids'),
    ...conflict('network_interface', 'associate_public_ip_address'),
    ...missing.map((name): ProviderDiagnostic => ({
      severity: 'error',
      summary: 'Missing required argument',
      detail: `"${name}": one of \`${name},launch_template\` must be specified`,
      path: [name],
    })),
  ];
}

/** Where it will be: faults aim at zones. */
async function zoneFor(planned: Attributes, context: ProviderContext): Promise<string | null> {
  const zone = text(planned, 'availability_zone');
  const subnetId = text(planned, 'subnet_id');
  if (zone !== null || subnetId === null) return zone;
  return context.world.read((tx) => find({ tx, region: regionOf(context) }, 'subnet', subnetId)?.zone ?? null);
}

async function allowTermination(context: ProviderContext, id: string): Promise<void> {
  await askEc2(context, 'ModifyInstanceAttribute', { target: id, params: { disableApiTermination: false } }, (ec2) => {
    if (get(ec2, 'instance', id).machine?.state !== 'terminated') modifyInstance(ec2, id, { disableApiTermination: false });
  });
}

function ignoreUnknownRequest(error: unknown): void {
  if (!hasCode(error, 'InvalidSpotInstanceRequestID.NotFound')) throw error;
}

function read(id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading EC2 Instance (${id})`, () => askEc2(context, 'DescribeInstances', { target: id }, (ec2) => instanceState(ec2, context, id, prior)));
}
