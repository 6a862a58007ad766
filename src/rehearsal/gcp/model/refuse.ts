import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import { nameRule } from './names.ts';

// Compute Engine's refusals. `code` is the `reason` of an HTTP error, or the code of a failed operation's error.
// Wordings: the provider's and gcloud's public issue threads, where they are quoted.

export const notFound = (id: string): CloudError => new CloudError('notFound', `The resource '${id}' was not found`, { status: 404 });

export const alreadyExists = (id: string): CloudError => new CloudError('alreadyExists', `The resource '${id}' already exists`, { status: 409 });

/** `field` as in the request: `resource.disks[0].initializeParams.diskSizeGb`. */
export const invalid = (field: string, value: string, why: string): CloudError =>
  new CloudError('invalid', `Invalid value for field '${field}': '${value}'. ${why}`);

export const badName = (field: string, value: string): CloudError => invalid(field, value, `Must be a match of regex '${nameRule}'`);

export const required = (field: string): CloudError => new CloudError('required', `Required field '${field}' not specified`);

export const badRequest = (message: string): CloudError => new CloudError('badRequest', message);

export const invalidUsage = (message: string): CloudError => new CloudError('invalidResourceUsage', `Invalid resource usage: '${message}'.`);

/** `what`: `network`, `subnetwork`, `disk`, `address`. */
export const inUse = (what: string, id: string, by: string): CloudError =>
  new CloudError('resourceInUseByAnotherResource', `The ${what} resource '${id}' is already being used by '${by}'`);

export const conditionNotMet = (message: string): CloudError => new CloudError('conditionNotMet', message, { status: 412 });

export const tooLarge = (field: string, limit: number, size: number): CloudError =>
  new CloudError('fieldSizeTooLarge', `Value for field '${field}' is too large: maximum size ${limit} character(s); actual size ${size}.`, { status: 413 });

/** What fails after the call was taken: the operation ends with this error (`error.errors[0]`). */
export const failedOperation = (code: string, message: string, status: number, errorDetails: readonly JsonObject[] = []): CloudError =>
  new CloudError(code, message, { status, details: { operation: true, errorDetails } });

/** Whether the cloud takes the call and lets its operation fail. */
export const failsLater = (error: CloudError): boolean => error.details.operation === true;
