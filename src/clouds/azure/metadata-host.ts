import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { failureText } from '../failure-text.ts';
import { type FetchPort, fetchPatiently } from '../patient-fetch.ts';
import { type Endpoints, endpointsOf, type Environment, valueOf } from './endpoints.ts';
import { classify } from './errors.ts';

/** Since 2022-09-01 one cloud is described, before that a list of them (go-azure-sdk, sdk/internal/metadata). */
const version = '2022-09-01';
const described = z.object({ resourceManager: z.url(), authentication: z.object({ loginEndpoint: z.url() }) });

/**
 * Where the cloud answers that the environment names: ARM_METADATA_HOSTNAME is asked where it is set, as the provider asks it, so that
 * both act on the same cloud. Rejects with kind network or prerequisite where that host does not say.
 */
export async function findEndpoints(env: Environment, port: FetchPort, signal: AbortSignal): Promise<Endpoints> {
  const host = valueOf(env, 'ARM_METADATA_HOSTNAME');
  if (host === null) return endpointsOf(env);
  const url = `https://${host}/metadata/endpoints?api-version=${version}`;
  const answer = await fetchPatiently({ url, method: 'GET', headers: { accept: 'application/json' }, signal }, port).catch((error: unknown) => {
    throw unreachable(host, error);
  });
  const found = answer.status === 200 ? described.safeParse(jsonIn(answer.text)) : null;
  if (found?.success !== true) {
    const summary = `ARM_METADATA_HOSTNAME: ${host} does not describe a cloud of Azure's (HTTP ${answer.status})`;
    throw new LabError({ kind: 'prerequisite', summary, hint: 'the name of an Azure Resource Manager without https://, or unset ARM_METADATA_HOSTNAME' });
  }
  const { resourceManager, authentication } = found.data;
  return { signIn: withoutSlash(authentication.loginEndpoint), resourceManager: withoutSlash(resourceManager), isOwn: true };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function unreachable(host: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = classify(failureText(error));
  return new LabError(known ?? { kind: 'network', summary: `ARM_METADATA_HOSTNAME: ${host} cannot be reached: ${error.message}`, retryable: true }, { cause: error });
}
