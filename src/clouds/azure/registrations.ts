import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { registerCommand } from './access-errors.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';

const provider = z.object({ registrationState: z.string() });

/** Without these nothing can be created. */
const needed = ['Microsoft.Compute', 'Microsoft.Network'] as const;
/** Boot diagnostics lie in storage of Azure's own, which most subscriptions can do without being registered for it. */
const wanted = 'Microsoft.Storage';

/**
 * Checks that the subscription is registered for the resource providers of a lab: the Terraform provider is told to register none.
 * Rejects with kind prerequisite, naming the commands. What may not be read is let pass: Azure itself will say.
 */
export async function checkRegistrations(arm: ArmClient, subscription: string, emit: Emit): Promise<void> {
  const states = await Promise.all([...needed, wanted].map(async (namespace) => ({ namespace, registered: await isRegistered(arm, subscription, namespace) })));
  const missing = states.filter(({ registered }) => !registered).map(({ namespace }) => namespace);
  const lacking = missing.filter((namespace) => namespace !== wanted);
  if (lacking.length > 0) {
    throw new LabError({
      kind: 'prerequisite',
      code: 'MissingSubscriptionRegistration',
      summary: `the subscription is not registered for ${lacking.join(' and ')} yet`,
      hint: missing.map(registerCommand).join(' && '),
    });
  }
  if (missing.length > 0) {
    emit({ type: 'log', level: 'warn', message: `the subscription is not registered for ${wanted}: if boot diagnostics fail, ${registerCommand(wanted)}` });
  }
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
