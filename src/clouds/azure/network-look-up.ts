import * as z from 'zod';
import { invalidInput } from '../../core/errors.ts';
import type { NetworkIds, StackPlan } from '../../core/plan.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';
import { readArmId, sameText, typeOf, writeArmId } from './arm-id.ts';
import { locationName } from './names.ts';
import { azureSettings } from './settings.ts';

export interface ExistingNetwork {
  readonly ids: NetworkIds;
  readonly region: string;
}

const resource = z.object({ id: z.string(), location: z.string().nullish() });
const form = '/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network/virtualNetworks/NETWORK/subnets/SUBNET';

/** The subnet that the profile names, and where it is; null where the stack makes its own. Rejects with invalid-input. */
export async function lookUpNetwork(arm: ArmClient, subscription: string, plan: StackPlan): Promise<ExistingNetwork | null> {
  const { subnetId } = azureSettings(plan.settings);
  if (subnetId === null) return null;
  const parsed = readArmId(subnetId);
  if (parsed === null || !sameText(typeOf(parsed), 'Microsoft.Network/virtualNetworks/subnets')) {
    throw invalidInput(`azure.subnetId is no subnet's id: "${subnetId}"`, `written as ${form}`);
  }
  if (!sameText(parsed.subscription, subscription)) {
    throw invalidInput(`azure.subnetId is in the subscription ${parsed.subscription}, the lab in ${subscription}`, `azure.subscriptionId: ${parsed.subscription}`);
  }
  const network = { ...parsed, types: parsed.types.slice(0, 1), names: parsed.names.slice(0, 1) };
  try {
    const [vnet, subnet] = await Promise.all([
      arm.get(writeArmId(network), apiVersion.network, resource),
      arm.get(writeArmId(parsed), apiVersion.network, resource),
    ]);
    return { ids: { vpcId: vnet.id, subnetId: subnet.id }, region: locationName(vnet.location ?? '') };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw invalidInput(`azure.subnetId: there is no such subnet, or these credentials may not see it: ${subnetId}`, 'az network vnet list --query "[].subnets[].id" --output tsv');
  }
}
