import { SignatureV4 } from '@smithy/signature-v4';
import type { STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { ApiTarget } from '../../core/cloud.ts';
import { LabError } from '../../core/errors.ts';
import { failureText } from '../failure-text.ts';
import { type Answer, type FetchPort, fetchPatiently } from '../patient-fetch.ts';
import { classify } from './errors.ts';
import { NodeSha256 } from './node-sha256.ts';
import { awsSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who calls, and by which way: one for any number of calls. */
export interface AwsCaller {
  readonly credentials: STSClient['config']['credentials'];
  /** A simulated cloud's address or the profile's `aws.endpoint`; null: AWS, or what AWS_ENDPOINT_URL says. */
  readonly endpoint: string | null;
  readonly env: Environment;
  readonly port: FetchPort;
  readonly signal: AbortSignal;
}

/** One call of a service that speaks AWS JSON 1.1. */
export interface SignedCall {
  /** Signing name, and the host's first part: `servicequotas`. */
  readonly service: string;
  /** Where the host has another first part: `api.pricing`. @default service */
  readonly hostPrefix?: string | undefined;
  /** The service in the names of variables, AWS_ENDPOINT_URL_<it>: `SERVICE_QUOTAS`. */
  readonly variable: string;
  /** Of the host and of the signature. */
  readonly region: string;
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
  const url = new URL(endpointOf(caller, call));
  const body = JSON.stringify(call.body);
  const signer = new SignatureV4({ service: call.service, region: call.region, credentials: caller.credentials, sha256: NodeSha256 });
  try {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: { host: url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': call.target },
      body,
    });
    const { host: _, ...sent } = headers;
    const answer = await fetchPatiently({ url: url.href, method: 'POST', headers: sent, body, signal: caller.signal }, caller.port, isThrottled);
    if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.text);
    throw refusal(answer, call.target);
  } catch (error) {
    throw labErrorOf(error);
  }
}

function endpointOf({ endpoint, env }: AwsCaller, { service, hostPrefix, variable, region }: SignedCall): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const own = env[`AWS_ENDPOINT_URL_${variable}`] ?? env.AWS_ENDPOINT_URL ?? '';
  return endpoint ?? (own === '' ? `https://${hostPrefix ?? service}.${region}.${suffix}/` : own);
}

/** Said with status 400, which other failures have as well. */
function isThrottled({ status, text }: Answer): boolean {
  return status === 400 && /"__type":\s*"[^"]*(?:Throttl|TooManyRequests)/.test(text);
}

function refusal({ status, text }: Answer, target: string): LabError {
  const { code, message } = refusalIn(text);
  const operation = target.slice(target.indexOf('.') + 1);
  const known = classify(`operation error AWS: ${operation}, api error ${code ?? `Http${status}`}: ${message}`);
  const unknown = { kind: 'conflict', summary: `AWS refused ${operation}: ${message || `HTTP ${status}`}` } as const;
  return new LabError({ ...(known ?? unknown), ...(code === null ? {} : { code }), detail: message || undefined });
}

const said = z.object({ __type: z.string().nullish(), message: z.string().nullish(), Message: z.string().nullish() });

function refusalIn(text: string): { readonly code: string | null; readonly message: string } {
  try {
    const { __type: type, message, Message } = said.parse(JSON.parse(text));
    // The type comes with a namespace before it and, through some gateways, a URL behind it.
    return { code: type?.replace(/^.*#/, '').replace(/:.*$/, '') ?? null, message: message ?? Message ?? '' };
  } catch {
    return { code: null, message: '' };
  }
}

function labErrorOf(error: unknown): unknown {
  if (error instanceof LabError || !(error instanceof Error)) return error;
  if (error instanceof SyntaxError) {
    return new LabError(
      { kind: 'network', summary: 'something else than AWS answered', hint: 'check the network and proxy (HTTPS_PROXY, NO_PROXY), then repeat the command' },
      { cause: error },
    );
  }
  const known = classify(`${error.name}: ${failureText(error)}`) ?? classify(failureText(error));
  return new LabError(known ?? { kind: 'network', summary: `AWS cannot be reached: ${error.message}`, retryable: true }, { cause: error });
}
