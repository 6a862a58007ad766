import type { CloudCall } from '../../engine/call.ts';
import { CloudError } from '../../engine/cloud-error.ts';
import type { Refusal } from '../../engine/fault.ts';
import type { Json } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { regionOfZone, regions } from './places.ts';
import { quotaExceeded } from './quota.ts';
import { alreadyExists, failedOperation, inUse, invalid, notFound } from './refuse.ts';

const word = (value: Json | undefined, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise);

/** What Google says where it does not know the caller, on the call that carries the token. */
export const unauthenticated = (): CloudError =>
  new CloudError(
    'authError',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    { status: 401 },
  );

/** What the token endpoint says of a key or a refresh token that is no longer good. */
export const invalidGrant = (): CloudError =>
  new CloudError('invalid_grant', 'reauth related error (invalid_rapt)', {
    status: 400,
    details: { error: 'invalid_grant', error_description: 'reauth related error (invalid_rapt)', error_subtype: 'invalid_rapt', error_uri: 'https://support.google.com/a/answer/9368756' },
  });

/** The cloud's own words for a fault. GCP is matched by text: the provider does not print the codes of failed operations. */
export function gcpRefusal(kind: Refusal, call: CloudCall, view: WorldView): CloudError {
  const project = word(call.params?.project, 'project');
  const zone = call.zone ?? word(call.params?.zone, 'us-central1-a');
  const region = call.region ?? regionOfZone(zone);
  const machineType = word(call.params?.machineType, 'e2-medium').replace(/^.*\//, '');
  const target = call.target ?? `projects/${project}/zones/${zone}/instances/${word(call.params?.name, 'instance')}`;
  const image = word(call.params?.image, `projects/debian-cloud/global/images/family/debian-12`);
  switch (kind) {
    case 'credentials':
      return call.verb === 'identity' ? invalidGrant() : unauthenticated();
    case 'expired':
      return invalidGrant();
    case 'permission':
    case 'ttl-layer-denied':
      return new CloudError('forbidden', `Required '${permissionOf(call.operation)}' permission for '${target}'`, { status: 403 });
    case 'quota':
      return quotaOf(call, region);
    case 'capacity':
      return stockout(view, project, region, zone, machineType, true);
    case 'capacity-region':
      return stockout(view, project, region, zone, machineType, false);
    case 'image':
      if (call.subject === 'image') return notFound(target);
      return invalid('resource.disks[0].initializeParams.sourceImage', image, 'The referenced image resource cannot be found.');
    case 'terms':
      // Public images have no terms on Google Cloud. The nearest real thing: the caller never accepted those of the platform.
      return new CloudError('failedPrecondition', 'Callers must accept Terms of Service', {
        details: { violations: [{ type: 'TOS', subject: 'cloud', description: 'Callers must accept Terms of Service' }] },
      });
    case 'throttled':
      return new CloudError(
        'rateLimitExceeded',
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com' for consumer 'project_number:100000000000'.",
        { status: 403 },
      );
    case 'conflict':
      return call.verb === 'delete' ? inUse(call.subject, target, `projects/${project}/global/firewalls/another`) : alreadyExists(target);
    case 'invalid-input':
      return invalid('resource.machineType', machineType, `Machine type with name '${machineType}' does not exist in zone '${zone}'.`);
  }
}

/** Permissions are named after what is done, not after the method. */
const permissionOf = (operation: string): string => operation.replace(/\.insert$/, '.create').replace(/\.patch$/, '.update').replace(/\.aggregatedList$/, '.list');

/** The limits that a new project has. */
function quotaOf(call: CloudCall, region: string): CloudError {
  if (call.subject === 'network') return quotaExceeded('NETWORKS', 5, null);
  if (call.subject === 'subnet') return quotaExceeded('SUBNETWORKS', 100, null);
  if (call.subject === 'firewall') return quotaExceeded('FIREWALLS', 100, null);
  if (call.subject === 'address') return quotaExceeded('STATIC_ADDRESSES', 8, region);
  return quotaExceeded('CPUS', 24, region);
}

/** A zone has no such machines left. With `elsewhere` the answer names the region's other zones. */
function stockout(view: WorldView, project: string, region: string, zone: string, machineType: string, elsewhere: boolean): CloudError {
  const others = elsewhere ? (regions(view).find((place) => place.region === region)?.zones ?? []).filter((other) => other !== zone) : [];
  const hint = others.length === 0 ? '' : `Consider trying your request in the ${others.join(', ')} zone(s), which currently has capacity to accommodate your request. `;
  const text = `A ${machineType} VM instance is currently unavailable in the ${zone} zone. ${hint}Alternatively, you can try your request again with a different VM hardware configuration or at a later time. For more information, see the troubleshooting documentation.`;
  return failedOperation(
    others.length === 0 ? 'ZONE_RESOURCE_POOL_EXHAUSTED' : 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
    `The zone 'projects/${project}/zones/${zone}' does not have enough resources available to fulfill the request.  Try a different zone, or try again later.`,
    503,
    [
      { help: { links: [{ description: 'Troubleshooting documentation', url: 'https://cloud.google.com/compute/docs/resource-error' }] } },
      { localizedMessage: { locale: 'en-US', message: text } },
      { errorInfo: { reason: 'resource_availability', domain: 'compute.googleapis.com', metadatas: { vmType: machineType, zone, attachment: '', ...(others.length === 0 ? {} : { zonesAvailable: others.join(',') }) } } },
    ],
  );
}
