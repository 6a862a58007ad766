import type { JsonObject } from '../../engine/json.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { parseArmId } from './arm-id.ts';
import { textAt } from './fields.ts';
import { find } from './kept.ts';
import { regionNames } from './locations.ts';
import { refused } from './refuse.ts';

/** Resource providers by namespace, with the types a lab meets, and whether the simulated subscription has them. */
const providers: Readonly<Record<string, { readonly types: readonly string[]; readonly registered: boolean }>> = {
  'Microsoft.Compute': { types: ['virtualMachines', 'disks', 'sshPublicKeys', 'locations/usages', 'skus'], registered: true },
  'Microsoft.Network': { types: ['virtualNetworks', 'networkInterfaces', 'networkSecurityGroups', 'publicIPAddresses', 'locations/usages'], registered: true },
  'Microsoft.Storage': { types: ['storageAccounts'], registered: true },
  'Microsoft.Resources': { types: ['resourceGroups', 'deployments', 'subscriptions'], registered: true },
  'Microsoft.Authorization': { types: ['roleAssignments', 'locks'], registered: true },
  'Microsoft.MarketplaceOrdering': { types: ['agreements', 'offertypes'], registered: true },
  'Microsoft.Logic': { types: ['workflows'], registered: true },
  'Microsoft.DevTestLab': { types: ['schedules'], registered: false },
  'Microsoft.ManagedIdentity': { types: ['userAssignedIdentities'], registered: false },
};

function idOf(subscription: string, namespace: string): string {
  return `/subscriptions/${subscription}/providers/${namespace}`;
}

function spelled(namespace: string): string {
  const found = Object.keys(providers).find((name) => name.toLowerCase() === namespace.toLowerCase());
  if (found === undefined) throw refused(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  return found;
}

function isRegistered(view: WorldView, subscription: string, namespace: string): boolean {
  const record = find(view, idOf(subscription, namespace));
  return record === null ? providers[namespace]?.registered === true : textAt(record.props, 'state') === 'Registered';
}

export function provider(view: WorldView, subscription: string, namespace: string): JsonObject {
  const name = spelled(namespace);
  const locations = regionNames(view).map((region) => region.name);
  return {
    id: idOf(subscription, name),
    namespace: name,
    registrationPolicy: 'RegistrationRequired',
    registrationState: isRegistered(view, subscription, name) ? 'Registered' : 'NotRegistered',
    resourceTypes: (providers[name]?.types ?? []).map((resourceType) => ({ resourceType, locations, apiVersions: ['2024-03-01', '2023-07-01'], capabilities: 'None' })),
  };
}

export function listProviders(view: WorldView, subscription: string): readonly JsonObject[] {
  return Object.keys(providers).map((name) => provider(view, subscription, name));
}

export function setRegistered(tx: Transaction, subscription: string, namespace: string, registered: boolean): JsonObject {
  const name = spelled(namespace);
  const id = idOf(subscription, name);
  tx.put({ cloud: 'azure', kind: 'providers', id, name, region: null, zone: null, tags: {}, createdAtMs: tx.nowMs, props: { state: registered ? 'Registered' : 'NotRegistered' } });
  return provider(tx, subscription, name);
}

/** Refuses a resource of a provider that the subscription is not registered for. */
export function checkRegistered(view: WorldView, id: string): void {
  const parsed = parseArmId(id);
  if (parsed?.namespace == null) return;
  const name = spelled(parsed.namespace);
  if (isRegistered(view, parsed.subscription, name)) return;
  throw refused(409, 'MissingSubscriptionRegistration', `The subscription is not registered to use namespace '${name}'. See https://aka.ms/rps-not-found for how to register subscriptions.`, {
    details: [{ code: 'MissingSubscriptionRegistration', target: name, message: `The subscription is not registered to use namespace '${name}'. See https://aka.ms/rps-not-found for how to register subscriptions.` }],
  });
}
