import { CloudError, ConnectionLost } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import { ProviderError } from '../../../plugin/behaviour.ts';
import { object, objects, text, textMap } from '../model/fields.ts';
import { failsLater } from '../model/refuse.ts';

/** The SDK makes an error's text the summary of the diagnostic, and leaves the detail empty. */
export const providerError = (summary: string, cause?: unknown): ProviderError => new ProviderError({ severity: 'error', summary }, { cause });

export interface Request {
  readonly method: 'Get' | 'Post' | 'Delete' | 'Patch';
  /** `projects/p/zones/z/instances` */
  readonly path: string;
}

const urlOf = (path: string): string => `https://compute.googleapis.com/compute/v1/${path}?alt=json&prettyPrint=false`;

/** What Google's client library for Go says of a refused call. */
export function callErrorText(error: CloudError, request: Request): string {
  if (error.code === 'invalid_grant') {
    return `${request.method} "${urlOf(request.path)}": oauth2: "invalid_grant" "${error.message}" "https://support.google.com/a/answer/9368756"`;
  }
  return `googleapi: Error ${error.status}: ${error.message}, ${error.code}`;
}

/** What it says of a connection that broke. */
export const brokenText = (request: Request): string =>
  `${request.method} "${urlOf(request.path)}": read tcp 10.0.0.2:49152->142.250.0.95:443: read: connection reset by peer`;

/** What the provider writes of a failed operation: message, quota, localized message, link; never the code. */
export function operationErrorText(error: CloudError): string {
  const details = objects(error.details, 'errorDetails');
  const quota = details.map((detail) => object(detail, 'quotaInfo')).find((info) => info !== null);
  const localized = details.map((detail) => object(detail, 'localizedMessage')).find((message) => message !== null);
  const link = details.flatMap((detail) => objects(object(detail, 'help') ?? {}, 'links'))[0];
  return [
    `${error.message}\n`,
    quota === undefined ? '' : quotaText(quota),
    localized === undefined ? '' : `\n${text(localized, 'message') ?? ''}\n`,
    link === undefined ? '' : `\n${text(link, 'description') ?? ''}\n${text(link, 'url') ?? ''}\n`,
  ].join('');
}

const quotaText = (quota: JsonObject): string => {
  const dimensions = Object.entries(textMap(quota, 'dimensions')).map(([key, value]) => `${key}:${value}`);
  const limit = quota.limit;
  return `\tmetric name = ${text(quota, 'metricName') ?? ''}\n\tlimit name = ${text(quota, 'limitName') ?? ''}\n\tlimit = ${typeof limit === 'number' ? limit : 0}\n\tdimensions = map[${dimensions.join(' ')}]\n`;
};

/** How a resource words its failures: `creating` before the call was taken, `waiting` after. */
export interface Wording {
  readonly creating: string;
  readonly waiting: string;
}

/** An error of the cloud or the connection in the provider's words; anything else as it is. */
export function inWords(error: unknown, wording: Wording, request: Request): unknown {
  if (error instanceof CloudError) {
    const later = failsLater(error);
    return providerError(later ? `${wording.waiting}: ${operationErrorText(error)}` : `${wording.creating}: ${callErrorText(error, request)}`, error);
  }
  if (error instanceof ConnectionLost) {
    // The call was taken: it is the wait for its operation that breaks, and the provider forgets the resource.
    const poll: Request = { method: 'Get', path: `${request.path.replace(/\/[^/]+$/, '')}/operations/operation-lost` };
    return providerError(error.done ? `${wording.waiting}: ${brokenText(poll)}` : `${wording.creating}: ${brokenText(request)}`, error);
  }
  return error;
}
