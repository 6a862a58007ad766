import * as z from 'zod';
import { invalidInput } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { NetworkIds, StackPlan } from '../../core/plan.ts';
import { type ComputeClient, isMissing } from './compute-client.ts';
import { partOf, pathOf } from './names.ts';
import { gcpSettings } from './settings.ts';

const network = z.object({ selfLink: z.string(), subnetworks: z.array(z.string()).default([]) });
const subnetwork = z.object({ selfLink: z.string(), network: z.string() });
const firewall = z.object({ network: z.string(), disabled: z.boolean().default(false), sourceRanges: z.array(z.string()).default([]) });

/**
 * The network that the profile names (`gcp.subnetwork`, `network: default`); null where the stack makes its own.
 * Rejects with invalid-input for what does not exist or lies in another region.
 */
export async function lookUpNetwork(client: ComputeClient, plan: StackPlan, region: string, emit: Emit): Promise<NetworkIds | null> {
  const { subnetwork: named } = gcpSettings(plan.settings);
  if (named !== null) return namedSubnetwork(client, named, region);
  return plan.network === 'default' ? defaultNetwork(client, region, emit) : null;
}

async function namedSubnetwork(client: ComputeClient, named: string, region: string): Promise<NetworkIds> {
  const path = pathOf(named);
  const full = path.startsWith('projects/')
    ? path
    : path.startsWith('regions/')
      ? `projects/${client.project}/${path}`
      : `projects/${client.project}/regions/${region}/subnetworks/${path}`;
  if (!/^projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+$/.test(full)) {
    throw invalidInput(`gcp.subnetwork: "${named}" is not a subnetwork`, 'its name, or projects/PROJECT/regions/REGION/subnetworks/NAME');
  }
  const where = partOf(full, 'regions');
  if (where !== region) throw invalidInput(`gcp.subnetwork: ${named} is in ${where ?? 'another region'}, the lab in ${region}`, `--region ${where ?? 'REGION'}`);
  try {
    const found = await client.get(full, subnetwork);
    return { vpcId: pathOf(found.network), subnetId: pathOf(found.selfLink) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw invalidInput(`gcp.subnetwork: no subnetwork ${named} in ${region}`, `gcloud compute networks subnets list --regions ${region}`);
  }
}

async function defaultNetwork(client: ComputeClient, region: string, emit: Emit): Promise<NetworkIds> {
  const path = `projects/${client.project}/global/networks/default`;
  const found = await client.get(path, network).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw invalidInput('network: default, but the project has no network of that name', '--network isolated   or gcloud compute networks create default');
  });
  const subnet = found.subnetworks.find((link) => partOf(link, 'regions') === region);
  if (subnet === undefined) {
    throw invalidInput(`network: default, but the project's default network has no subnet in ${region}`, '--network isolated, or another --region');
  }
  await warnOfOpenSsh(client, emit);
  return { vpcId: pathOf(found.selfLink), subnetId: pathOf(subnet) };
}

/** Google makes this rule with the network. Not being able to see it stops nothing. */
async function warnOfOpenSsh(client: ComputeClient, emit: Emit): Promise<void> {
  const rule = await client.get(`projects/${client.project}/global/firewalls/default-allow-ssh`, firewall).catch(() => null);
  if (rule?.disabled !== false || !rule.sourceRanges.includes('0.0.0.0/0')) return;
  emit({ type: 'log', level: 'warn', message: "the project's default network lets everybody reach SSH (firewall rule default-allow-ssh); --network isolated does not" });
}
