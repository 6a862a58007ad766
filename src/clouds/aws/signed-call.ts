import type { STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { ApiTarget } from '../../core/cloud.ts';
import type { Answer } from '../patient-fetch.ts';
import { awsSettings } from './settings.ts';
import { type AwsCaller, type AwsService, refusalOf, signedRequest, unanswered } from './signed-request.ts';

/** One call of a service that speaks AWS JSON 1.1. */
export interface SignedCall extends AwsService {
  /** `ServiceQuotasV20190624.GetServiceQuota` */
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A caller with the credentials of a client that `openClients` made. */
export function callerOf({ sts }: { readonly sts: STSClient }, target: ApiTarget, way: Pick<AwsCaller, 'env' | 'port' | 'signal'>): AwsCaller {
  return { ...way, credentials: sts.config.credentials, endpoint: target.simulatedAt ?? awsSettings(target.settings).endpoint };
}

/**
 * The JSON that a small API answers, signed with Signature Version 4; too small each to be worth an SDK client. For calls that may be
 * repeated. Rejects with a LabError in the words of the table of AWS errors: credentials, permission, throttled, network.
 */
export async function signedCall(caller: AwsCaller, call: SignedCall): Promise<unknown> {
  const answer = await signedRequest(caller, call, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': call.target },
    body: JSON.stringify(call.body),
    again: isThrottled,
  });
  if (answer.status < 200 || answer.status >= 300) throw refusalOf(answer, call.target.slice(call.target.indexOf('.') + 1), refusalIn(answer.text));
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    throw unanswered(error);
  }
}

/** Said with status 400, which other failures have as well. */
function isThrottled({ status, text }: Answer): boolean {
  return status === 400 && /"__type":\s*"[^"]*(?:Throttl|TooManyRequests)/.test(text);
}

const said = z.object({ __type: z.string().nullish(), message: z.string().nullish(), Message: z.string().nullish() });

/** Code and message of a refusal in JSON; null and nothing where it is none. */
export function refusalIn(text: string): { readonly code: string | null; readonly message: string } {
  try {
    const { __type: type, message, Message } = said.parse(JSON.parse(text));
    // The type comes with a namespace before it and, through some gateways, a URL behind it.
    return { code: type?.replace(/^.*#/, '').replace(/:.*$/, '') ?? null, message: message ?? Message ?? '' };
  } catch {
    return { code: null, message: '' };
  }
}
