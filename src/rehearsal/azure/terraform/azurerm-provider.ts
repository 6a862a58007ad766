import { CloudError } from '../../engine/cloud-error.ts';
import { ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderBehaviour, ResourceBehaviour } from '../../provider/behaviour.ts';
import { dataDiskAttachment } from './data-disk-attachment.ts';
import { credentialsText, failed, failureText } from './failures.ts';
import { linuxVirtualMachine } from './linux-virtual-machine.ts';
import { logicAppAction, logicAppRecurrence, logicAppWorkflow } from './logic-app.ts';
import { managedDisk } from './managed-disk.ts';
import { marketplaceAgreement } from './marketplace-agreement.ts';
import { networkInterface } from './network-interface.ts';
import { networkSecurityGroup, networkSecurityRule } from './network-security-group.ts';
import { publicIp } from './public-ip.ts';
import { resourceGroup } from './resource-group.ts';
import { roleAssignment } from './role-assignment.ts';
import { interfaceAssociation, subnetAssociation } from './security-group-associations.ts';
import { subscriptionOf } from './settings.ts';
import { sshPublicKey } from './ssh-public-key.ts';
import { subnet } from './subnet.ts';
import { blocks } from './values.ts';
import { virtualNetwork } from './virtual-network.ts';

/** In the schema, but not of a lab: refused in plain words. */
const absent = [
  'azurerm_dev_test_global_vm_shutdown_schedule',
  'azurerm_logic_app_action_http',
  'azurerm_user_assigned_identity',
].map((type): ResourceBehaviour => {
  const refuse = (): Promise<never> => Promise.reject(new ProviderError({ severity: 'error', summary: `${type} is not part of the simulated Azure`, detail: 'A rehearsal has the resources of a lab only. Nothing was asked of the real cloud.' }));
  return { type, create: refuse, read: refuse, update: refuse, delete: refuse };
});

const resources = [
  resourceGroup,
  virtualNetwork,
  subnet,
  networkSecurityGroup,
  networkSecurityRule,
  subnetAssociation,
  networkInterface,
  interfaceAssociation,
  publicIp,
  linuxVirtualMachine,
  managedDisk,
  dataDiskAttachment,
  sshPublicKey,
  marketplaceAgreement,
  logicAppWorkflow,
  logicAppRecurrence,
  logicAppAction,
  roleAssignment,
  ...absent,
];

/** `hashicorp/azurerm` 5.2.0 over the simulated Azure. */
export const azurermProvider: ProviderBehaviour = {
  name: 'azurerm',
  cloud: 'azure',
  resources,
  validate: (config) => (blocks(config, 'features').length > 0 ? [] : [{ severity: 'error', summary: 'Insufficient features blocks', detail: 'At least 1 "features" blocks are required.' }]),
  async configure(context) {
    const { world, caller } = context;
    const subscription = subscriptionOf(context);
    if (subscription === null) {
      throw new ProviderError({
        severity: 'error',
        summary: '`subscription_id` is a required provider property when performing a plan/apply operation',
      });
    }
    try {
      await world.call({ cloud: 'azure', operation: 'oauth2/token', verb: 'identity', subject: 'account', caller, target: `/subscriptions/${subscription}` }, () => undefined);
    } catch (error) {
      if (error instanceof CloudError && error.code.startsWith('AADSTS')) throw new ProviderError({ severity: 'error', summary: `building account: unable to configure ResourceManagerAccount: ${credentialsText(error)}` }, { cause: error });
      if (error instanceof CloudError) throw new ProviderError({ severity: 'error', summary: `building account: ${failureText(error, { method: null, url: '' })}` }, { cause: error });
      throw failed(error, 'building account', { method: null, url: '/oauth2/v2.0/token' });
    }
  },
};
