import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import type { SimResource } from '../../engine/resource.ts';
import { find } from '../model/ec2.ts';
import { ec2State, stateReason } from '../model/instance-life.ts';
import { askEc2, regionOf } from './ask-ec2.ts';
import { isAttributes, text } from '../../../plugin/attributes.ts';
import { parseGoDuration, waitForState } from './waiting.ts';

/** The provider gives EC2 ten seconds before it looks for the first time. */
const firstLookMs = 10_000;

/** EC2's word for the instance's state; null: it is not there. */
export function stateOf(context: ProviderContext, id: string): Promise<string | null> {
  return askEc2(context, 'DescribeInstances', { target: id }, (ec2) => {
    const instance = find(ec2, 'instance', id);
    return instance === null ? null : ec2State(instance).name;
  });
}

export async function waitRunning(context: ProviderContext, id: string, timeoutMs: number): Promise<void> {
  await waitForState(context, {
    operation: 'DescribeInstances',
    look: () => stateOf(context, id),
    pending: ['pending', 'stopped'],
    target: 'running',
    timeoutMs,
    delayMs: firstLookMs,
    lastError: () => context.world.read((tx) => reasonOf(find({ tx, region: regionOf(context) }, 'instance', id))),
  });
}

export async function waitStopped(context: ProviderContext, id: string, timeoutMs: number): Promise<void> {
  await waitForState(context, {
    operation: 'DescribeInstances',
    look: () => stateOf(context, id),
    pending: ['pending', 'running', 'shutting-down', 'stopping'],
    target: 'stopped',
    timeoutMs,
    delayMs: firstLookMs,
  });
}

export async function waitTerminated(context: ProviderContext, id: string, timeoutMs: number): Promise<void> {
  await waitForState(context, {
    operation: 'DescribeInstances',
    look: () => stateOf(context, id).then((state) => state ?? 'terminated'),
    pending: ['pending', 'running', 'shutting-down', 'stopped', 'stopping'],
    target: 'terminated',
    timeoutMs,
    delayMs: firstLookMs,
  });
}

function reasonOf(instance: SimResource | null): string | null {
  return instance === null ? null : (stateReason(instance)?.message ?? null);
}

/** A timeout of the `timeouts` block, in ms. */
export function timeoutOf({ timeouts }: Attributes, name: string, usualMs: number): number {
  return (isAttributes(timeouts) ? parseGoDuration(text(timeouts, name)) : null) ?? usualMs;
}
