import type { CallVerb, CloudCall } from '../../engine/call.ts';
import type { JsonObject } from '../../engine/json.ts';
import { parseArmId } from './arm-id.ts';
import { present, textAt } from './fields.ts';
import { rulesFor } from './resources.ts';

const actions: Readonly<Record<CallVerb, string>> = { identity: 'read', create: 'write', read: 'read', list: 'read', update: 'write', delete: 'delete' };

/** The type with its namespace that an id names: `Microsoft.Compute/virtualMachines`. */
export function typeOf(id: string): string {
  const parsed = parseArmId(id);
  return parsed?.namespace == null ? 'Microsoft.Resources/subscriptions/resourceGroups' : `${parsed.namespace}/${parsed.type}`;
}

/** A call about one resource, as the journal and the faults see it. `action`: `powerOff/action` instead of the verb's own. */
export function callOf(verb: CallVerb, id: string, body: JsonObject = {}, action?: string): Omit<CloudCall, 'caller'> {
  const location = textAt(body, 'location');
  return {
    cloud: 'azure',
    operation: `${typeOf(id)}/${action ?? actions[verb]}`,
    verb,
    subject: rulesFor(id).subject,
    region: location,
    zone: textAt(body, 'zones', 0),
    target: id,
    params: present({
      location,
      vmSize: textAt(body, 'properties', 'hardwareProfile', 'vmSize'),
      priority: textAt(body, 'properties', 'priority'),
      image: imageOf(body),
    }),
  };
}

function imageOf(body: JsonObject): string | null {
  const path = ['properties', 'storageProfile', 'imageReference'];
  const gallery = textAt(body, ...path, 'communityGalleryImageId');
  if (gallery !== null) return gallery;
  const urn = ['publisher', 'offer', 'sku', 'version'].map((name) => textAt(body, ...path, name));
  return urn.some((part) => part === null) ? null : urn.join(':');
}
