import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { get } from '../model/ec2.ts';
import { startInstances, stopInstances } from '../model/instance-life.ts';
import { type InstanceChange, modifyCredits, modifyInstance, modifyMetadata, monitorInstance, setInstanceProfile } from '../model/modify-instance.ts';
import { text as prop } from '../model/props.ts';
import { createTags, deleteTags } from '../model/tags.ts';
import { attachmentsOf, modifyVolume, volumesOf } from '../model/volumes.ts';
import { askEc2 } from './ask-ec2.ts';
import { bool, number, text, texts } from '../../../plugin/attributes.ts';
import { block, isKnown, isSame, map } from './attributes.ts';
import { saying } from './failures.ts';
import { encodedUserData, metadataOf } from './instance-launch.ts';
import { stateOf, waitRunning, waitStopped } from './instance-waits.ts';
import { updateTags } from './tagging.ts';

const timeoutMs = 10 * 60_000;

/** Changes what differs, in the provider's order. Rejects with a ProviderError; what was done until then stays done. */
export async function updateInstance(context: ProviderContext, id: string, prior: Attributes, planned: Attributes, config: Attributes): Promise<void> {
  const differs = (name: string) => isKnown(planned[name]) && !isSame(prior[name], planned[name]);
  const modify = (change: InstanceChange) =>
    askEc2(context, 'ModifyInstanceAttribute', { target: id, params: { attribute: Object.keys(change)[0] ?? '' } }, (ec2) => modifyInstance(ec2, id, change));
  await saying(`updating EC2 Instance (${id})`, async () => {
    await updateTags(context, id, prior, planned);
    if (differs('volume_tags')) await retagVolumes(context, id, prior, planned);
    if (differs('iam_instance_profile')) {
      const profile = text(planned, 'iam_instance_profile');
      await askEc2(context, profile === null ? 'DisassociateIamInstanceProfile' : 'AssociateIamInstanceProfile', { target: id }, (ec2) => setInstanceProfile(ec2, id, profile));
    }
    if (differs('source_dest_check')) await modify({ sourceDestCheck: bool(planned, 'source_dest_check') ?? true });
    if (differs('vpc_security_group_ids')) await modify({ groupIds: texts(planned, 'vpc_security_group_ids') });
  });
  if (['instance_type', 'user_data', 'user_data_base64'].some(differs)) {
    await whileStopped(context, id, async () => {
      if (differs('instance_type')) await modify({ instanceType: text(planned, 'instance_type') ?? '' });
      if (differs('user_data') || differs('user_data_base64')) await modify({ userData: encodedUserData(config) });
    });
  }
  await saying(`updating EC2 Instance (${id})`, async () => {
    if (differs('disable_api_stop')) await modify({ disableApiStop: bool(planned, 'disable_api_stop') ?? false });
    if (differs('disable_api_termination')) await modify({ disableApiTermination: bool(planned, 'disable_api_termination') ?? false });
    if (differs('instance_initiated_shutdown_behavior')) {
      await modify({ shutdownBehavior: text(planned, 'instance_initiated_shutdown_behavior') === 'terminate' ? 'terminate' : 'stop' });
    }
    if (differs('monitoring')) {
      const on = bool(planned, 'monitoring') ?? false;
      await askEc2(context, on ? 'MonitorInstances' : 'UnmonitorInstances', { target: id }, (ec2) => monitorInstance(ec2, id, on));
    }
    if (differs('credit_specification')) {
      const credits = text(block(planned, 'credit_specification') ?? {}, 'cpu_credits') ?? 'unlimited';
      await askEc2(context, 'ModifyInstanceCreditSpecification', { target: id }, (ec2) => modifyCredits(ec2, id, credits));
    }
    if (differs('metadata_options')) {
      await askEc2(context, 'ModifyInstanceMetadataOptions', { target: id }, (ec2) => modifyMetadata(ec2, id, metadataOf(block(planned, 'metadata_options'))));
    }
    if (!isSame(prior.root_block_device, planned.root_block_device)) await updateRootDisk(context, id, block(prior, 'root_block_device'), block(planned, 'root_block_device'));
  });
}

async function whileStopped(context: ProviderContext, id: string, work: () => Promise<void>): Promise<void> {
  const wasRunning = (await stateOf(context, id)) !== 'stopped';
  if (wasRunning) {
    await saying(`stopping EC2 Instance (${id})`, async () => {
      await askEc2(context, 'StopInstances', { target: id }, (ec2) => void stopInstances(ec2, [id]));
      await waitStopped(context, id, timeoutMs);
    });
  }
  await saying(`updating EC2 Instance (${id})`, work);
  if (!wasRunning) return;
  await saying(`starting EC2 Instance (${id})`, async () => {
    await askEc2(context, 'StartInstances', { target: id }, (ec2) => void startInstances(ec2, [id]));
    await waitRunning(context, id, timeoutMs);
  });
}

async function retagVolumes(context: ProviderContext, id: string, prior: Attributes, planned: Attributes): Promise<void> {
  const [before, after] = [map(prior, 'volume_tags') ?? {}, map(planned, 'volume_tags') ?? {}];
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  await askEc2(context, 'CreateTags', { target: id, params: { of: 'volumes' } }, (ec2) => {
    const ids = volumesOf(ec2, id).map(({ volume }) => volume.id);
    if (gone.length > 0) deleteTags(ec2, ids, new Map(gone.map((key) => [key, null])));
    createTags(ec2, ids, after);
  });
}

async function updateRootDisk(context: ProviderContext, id: string, before: Attributes | null, after: Attributes | null): Promise<void> {
  const volumeId = before === null ? null : text(before, 'volume_id');
  if (before === null || after === null || volumeId === null) return;
  const changed = (name: string) => isKnown(after[name]) && !isSame(before[name], after[name]);
  if (['volume_size', 'volume_type', 'iops', 'throughput'].some(changed)) {
    const only = (name: string) => (changed(name) ? number(after, name) : null);
    const change = { sizeGb: only('volume_size'), type: changed('volume_type') ? text(after, 'volume_type') : null, iops: only('iops'), throughput: only('throughput') };
    await askEc2(context, 'ModifyVolume', { target: volumeId, params: change }, (ec2) => modifyVolume(ec2, volumeId, change));
  }
  if (changed('delete_on_termination')) {
    const deleteOnTermination = bool(after, 'delete_on_termination') ?? true;
    await askEc2(context, 'ModifyInstanceAttribute', { target: id, params: { attribute: 'blockDeviceMapping' } }, (ec2) => {
      const volume = get(ec2, 'volume', volumeId);
      const attachments = attachmentsOf(volume).map((each) => (each.device === prop(get(ec2, 'instance', id), 'rootDeviceName') ? { ...each, deleteOnTermination } : { ...each }));
      ec2.tx.put({ ...volume, props: { ...volume.props, attachments } });
    });
  }
}
