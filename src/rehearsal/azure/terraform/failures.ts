import { CloudError, ConnectionLost, ProcessFault } from '../../engine/cloud-error.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';

const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 409: 'Conflict', 429: 'Too Many Requests', 500: 'Internal Server Error' };

/** Where a call broke off: `CreateOrUpdate`, `Delete`; null: a plain GET. */
export interface Step {
  readonly method: string | null;
  readonly polling?: boolean;
  readonly url: string;
}

/** A call's failure in the words of HashiCorp's SDK for Azure (client.go, pollers, resourcemanager/errors.go). */
export function failureText(error: unknown, { method, polling = false, url }: Step): string {
  const prefix = method === null ? '' : polling ? `polling after ${method}: ` : `performing ${method}: `;
  if (error instanceof ConnectionLost) {
    const verb = method === 'Delete' ? 'Delete' : method === 'CreateOrUpdate' && !polling ? 'Put' : 'Get';
    return `${prefix}${verb} "https://management.azure.com${url}": read: connection reset by peer`;
  }
  if (!(error instanceof CloudError)) return `${prefix}${error instanceof Error ? error.message : String(error)}`;
  if (error.code.startsWith('AADSTS')) return `${prefix}${credentialsText(error)}`;
  if (error.details.later === true && method !== null) return `polling after ${method}: ${pollingText(error)}`;
  return `${prefix}unexpected status ${error.status} (${error.status} ${reasons[error.status] ?? 'Error'}) with error: ${error.code}: ${error.message}`;
}

function pollingText({ code, message }: CloudError): string {
  const body = JSON.stringify({ status: 'Failed', error: { code, message } }, null, 2);
  return [
    'polling failed: the Azure API returned the following error:',
    '',
    // The SDK puts the code there when the operation failed.
    `Status: ${JSON.stringify(code)}`,
    'Code: ""',
    `Message: ${JSON.stringify(message)}`,
    'Activity Id: ""',
    '',
    '---',
    '',
    'API Response:',
    '',
    '----[start]----',
    body,
    '-----[end]-----',
    '',
  ].join('\n');
}

export function credentialsText({ message }: CloudError): string {
  return `could not configure AzureCli Authorizer: obtaining access token: running Azure CLI: exit status 1: ERROR: ${message}`;
}

/** A provider's failure from a call's; faults that end the process pass through. */
export function failed(error: unknown, what: string, step: Step, partial: Attributes | null = null): Error {
  if (error instanceof ProcessFault || error instanceof ProviderError) return error;
  return new ProviderError({ severity: 'error', summary: `${what}: ${failureText(error, step)}` }, { partial, cause: error });
}

export function problem(summary: string): ProviderError {
  return new ProviderError({ severity: 'error', summary });
}
