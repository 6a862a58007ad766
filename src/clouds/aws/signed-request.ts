import { SignatureV4 } from '@smithy/signature-v4';
import type { STSClient } from '@aws-sdk/client-sts';
import { LabError } from '../../core/errors.ts';
import { failureText } from '../failure-text.ts';
import { type Answer, type FetchPort, fetchPatiently, type PatientRequest } from '../patient-fetch.ts';
import { classify } from './errors.ts';
import { NodeSha256 } from './node-sha256.ts';

/** Who calls, and by which way: one for any number of calls. */
export interface AwsCaller {
  readonly credentials: STSClient['config']['credentials'];
  /** A simulated cloud's address or the profile's `aws.endpoint`; null: AWS, or what AWS_ENDPOINT_URL says. */
  readonly endpoint: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly port: FetchPort;
  readonly signal: AbortSignal;
}

/** A service of AWS's and where it answers. */
export interface AwsService {
  /** Signing name, and the host's first part: `scheduler`. */
  readonly service: string;
  /** Where the host has another first part: `api.pricing`. @default service */
  readonly hostPrefix?: string | undefined;
  /** The service in the names of variables, AWS_ENDPOINT_URL_<it>: `SCHEDULER`. */
  readonly variable: string;
  /** Of the host and of the signature. */
  readonly region: string;
  /** A host of its own, for services that are not in every region: `iam.amazonaws.com`. */
  readonly host?: string | undefined;
}

export interface SignedRequest {
  readonly method: PatientRequest['method'];
  /** From the root, escaped. @default '/' */
  readonly path?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Refusals that pass by themselves, beside those that HTTP itself names. */
  readonly again?: ((answer: Answer) => boolean) | undefined;
}

/**
 * The answer to a request with Signature Version 4, refusals included. Rejects with a LabError where nobody answers, or nobody is
 * signed in.
 */
export async function signedRequest(caller: AwsCaller, service: AwsService, request: SignedRequest): Promise<Answer> {
  const url = new URL(endpointOf(caller, service));
  const path = request.path ?? url.pathname;
  const query = request.query ?? {};
  const signer = new SignatureV4({ service: service.service, region: service.region, credentials: caller.credentials, sha256: NodeSha256 });
  try {
    const { headers } = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path,
      query,
      headers: { host: url.host, ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const { host: _, ...sent } = headers;
    const asked = new URL(path, url);
    for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value);
    return await fetchPatiently({ url: asked.href, method: request.method, headers: sent, body: request.body, signal: caller.signal }, caller.port, request.again);
  } catch (error) {
    throw unanswered(error);
  }
}

function endpointOf({ endpoint, env }: AwsCaller, { service, hostPrefix, variable, region, host }: AwsService): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const own = env[`AWS_ENDPOINT_URL_${variable}`] ?? env.AWS_ENDPOINT_URL ?? '';
  return endpoint ?? (own === '' ? `https://${host ?? `${hostPrefix ?? service}.${region}.${suffix}`}/` : own);
}

/** What a call came to where there is no answer, or none of AWS's, as the LabError it is. */
export function unanswered(error: unknown): unknown {
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

/** A refusal in the words of the table of AWS errors. */
export function refusalOf({ status }: Pick<Answer, 'status'>, operation: string, { code, message }: { readonly code: string | null; readonly message: string }): LabError {
  const known = classify(`operation error AWS: ${operation}, api error ${code ?? `Http${status}`}: ${message}`);
  const unknown = { kind: 'conflict', summary: `AWS refused ${operation}: ${message || `HTTP ${status}`}` } as const;
  return new LabError({ ...(known ?? unknown), ...(code === null ? {} : { code }), detail: message || undefined });
}
