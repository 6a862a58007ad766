import type { CloudCall } from '../../engine/call.ts';
import type { CloudError } from '../../engine/cloud-error.ts';
import type { Refusal } from '../../engine/fault.ts';
import type { WorldView } from '../../engine/world.ts';
import { parseArmId } from './arm-id.ts';
import { textAt } from './fields.ts';
import { platformImageNotFound } from './images.ts';
import { notEligible } from './marketplace.ts';
import { skuNotAvailable } from './machine-request.ts';
import { refused } from './refuse.ts';
import { familyOf, sizesIn } from './sizes.ts';
import { simulatedClient, simulatedPrincipal, simulatedSubscription } from './subscription.ts';
import { coresExceeded } from './usages.ts';

const guidance = 'Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance';

/** A fault's refusal of a call, in Azure's codes and words. */
export function refusalOf(kind: Refusal, call: CloudCall, view: WorldView): CloudError {
  const size = textAt(call.params, 'vmSize') ?? 'Standard_B2als_v2';
  const location = call.region ?? textAt(call.params, 'location') ?? 'westeurope';
  switch (kind) {
    case 'credentials':
      return credentials(view);
    case 'expired':
      return refused(401, 'ExpiredAuthenticationToken', `The access token expiry UTC time '${usTime(view.nowMs - 60_000)}' is earlier than current UTC time '${usTime(view.nowMs)}'.`);
    case 'permission':
    case 'ttl-layer-denied':
      return permission(call);
    case 'quota':
      return quota(view, size, location, textAt(call.params, 'priority') === 'Spot');
    case 'capacity':
      // Compute takes the request and finds out later: `later` is the failed operation's form.
      return call.zone == null
        ? refused(409, 'AllocationFailed', `Allocation failed. We do not have sufficient capacity for the requested VM size in this region. ${guidance}`, { later: true })
        : refused(409, 'ZonalAllocationFailed', `Allocation failed. We do not have sufficient capacity for the requested VM size in this zone. ${guidance}`, { later: true });
    case 'capacity-region':
      return skuNotAvailable(size, location);
    case 'image':
      return image(call, location);
    case 'terms': {
      const [publisher = 'publisher', offer = 'offer'] = (textAt(call.params, 'image') ?? '').split(':');
      return notEligible({ publisher, offer });
    }
    case 'throttled':
      return refused(429, 'ResourceCollectionRequestsThrottled', `Operation '${call.operation.split('/').at(-1) ?? ''}' failed as server encountered too many requests. Please try after '6' seconds. Tracking Id is '${simulatedClient}'.`, { retryAfter: 6 });
    case 'conflict':
      return refused(409, 'AnotherOperationInProgress', `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: https://management.azure.com${call.target ?? ''}`);
    case 'invalid-input':
      return refused(400, 'InvalidParameter', `The value of parameter ${call.subject === 'instance' ? 'vmSize' : 'properties'} is invalid.`, { target: call.subject === 'instance' ? 'vmSize' : 'properties' });
  }
}

function credentials(view: WorldView): CloudError {
  const issued = new Date(view.nowMs - 90 * 24 * 3_600_000).toISOString();
  const stamp = new Date(view.nowMs).toISOString().replace('T', ' ').replace(/\.\d+Z/, 'Z');
  return refused(
    401,
    'AADSTS700082',
    `AADSTS700082: The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for 90.00:00:00. Trace ID: ${simulatedClient} Correlation ID: ${simulatedPrincipal} Timestamp: ${stamp}`,
  );
}

function permission(call: CloudCall): CloudError {
  const scope = call.target ?? `/subscriptions/${simulatedSubscription}`;
  return refused(
    403,
    'AuthorizationFailed',
    `The client 'rehearsal@labtui.invalid' with object id '${simulatedPrincipal}' does not have authorization to perform action '${call.operation}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function quota(view: WorldView, size: string, location: string, spot: boolean): CloudError {
  const vcpu = sizesIn(view, location).find(({ type }) => type.type === size)?.type.vcpu ?? 2;
  return coresExceeded({ name: spot ? 'lowPriorityCores' : familyOf(size), title: '', current: 10, limit: 10 }, location, vcpu);
}

function image(call: CloudCall, location: string): CloudError {
  const [publisher = 'Canonical', offer = 'ubuntu-24_04-lts', sku = 'server', version = 'latest'] = imageParts(call);
  return platformImageNotFound({ publisher, offer, sku, version }, location);
}

function imageParts(call: CloudCall): readonly string[] {
  const named = textAt(call.params, 'image');
  if (named?.includes(':') === true) return named.split(':');
  // A look-up's path: publishers/P/artifacttypes/vmimage/offers/O/skus/S/versions
  const parsed = /publishers\/([^/]+)\/artifacttypes\/vmimage(?:\/offers\/([^/]+))?(?:\/skus\/([^/]+))?(?:\/versions\/([^/]+))?/i.exec(call.target ?? '');
  return parsed === null || parseArmId(call.target ?? '') === null ? [] : parsed.slice(1).filter((part) => typeof part === 'string');
}

/** `11/21/2026 6:00:00 AM`. */
function usTime(ms: number): string {
  const date = new Date(ms);
  const hours = date.getUTCHours();
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${hours % 12 === 0 ? 12 : hours % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
}
