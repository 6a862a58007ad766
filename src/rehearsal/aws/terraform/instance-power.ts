import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { startInstances, stopInstances } from '../model/instance-life.ts';
import { askEc2 } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { saying } from './failures.ts';
import { stateOf, waitRunning, waitStopped } from './instance-waits.ts';

const timeoutMs = 10 * 60_000;

/** Whether an instance runs: stopped or started as configured, left as it is at the end. */
export const instancePowerBehaviour: ResourceBehaviour = {
  type: 'aws_ec2_instance_state',
  defaults: { force: false },
  replacedBy: ['instance_id'],
  create: async (planned, context) => {
    await turn(context, planned);
    return { ...planned, id: text(planned, 'instance_id') };
  },
  read: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    const state = await saying(`reading EC2 Instance State (${id})`, () => stateOf(context, id));
    return state === null || state === 'terminated' ? null : { ...prior, instance_id: id, state, force: bool(prior, 'force') ?? false };
  },
  update: async (_prior, planned, context) => {
    await turn(context, planned);
    return planned;
  },
  delete: () => Promise.resolve(),
};

async function turn(context: ProviderContext, planned: Attributes): Promise<void> {
  const id = text(planned, 'instance_id') ?? '';
  await saying(`updating EC2 Instance State (${id})`, async () => {
    const state = await stateOf(context, id);
    if (text(planned, 'state') === state) return;
    if (text(planned, 'state') === 'stopped') {
      await askEc2(context, 'StopInstances', { target: id }, (ec2) => void stopInstances(ec2, [id]));
      await waitStopped(context, id, timeoutMs);
    } else {
      await askEc2(context, 'StartInstances', { target: id }, (ec2) => void startInstances(ec2, [id]));
      await waitRunning(context, id, timeoutMs);
    }
  });
}
