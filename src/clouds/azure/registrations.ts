import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { registerCommand } from './access-errors.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';

const provider = z.object({ registrationState: z.string() });

/** Machines, their network, and the storage of Azure's own in which boot diagnostics lie. */
export const neededProviders = ['Microsoft.Compute', 'Microsoft.Network', 'Microsoft.Storage'] as const;

/**
 * Checks that the subscription is registered for the resource providers of a lab: the Terraform provider is told to register none.
 * Rejects with kind prerequisite, naming the commands. What may not be read is let pass: Azure itself will say.
 */
export async function checkRegistrations(arm: ArmClient, subscription: string): Promise<void> {
  const states = await Promise.all(neededProviders.map(async (namespace) => ({ namespace, registered: await isRegistered(arm, subscription, namespace) })));
  const missing = states.filter(({ registered }) => !registered).map(({ namespace }) => namespace);
  if (missing.length === 0) return;
  throw new LabError({
    kind: 'prerequisite',
    code: 'MissingSubscriptionRegistration',
    summary: `the subscription is not registered for ${missing.join(' and ')} yet`,
    hint: missing.map(registerCommand).join(' && '),
  });
}

async function isRegistered(arm: ArmClient, subscription: string, namespace: string): Promise<boolean> {
  try {
    const { registrationState } = await arm.get(`/subscriptions/${subscription}/providers/${namespace}`, apiVersion.resources, provider);
    return /^Regist(?:ered|ering)$/i.test(registrationState);
  } catch (error) {
    if (error instanceof LabError && error.problem.kind === 'permission') return true;
    throw error;
  }
}
