import type { FetchPort } from '../patient-fetch.ts';
import type { Environment } from './gcloud-config.ts';

const timeoutMs = 3_000;

/**
 * The service account that a Google Cloud machine runs as, by its metadata server; null where that tells none. Not knowing it stops
 * nothing (Compute Engine, "View and query VM metadata": instance/service-accounts/default/email).
 */
export async function machineAccount(env: Environment, { fetch }: FetchPort): Promise<string | null> {
  const host = env.GCE_METADATA_HOST ?? 'metadata.google.internal';
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/email`;
  try {
    const response = await fetch(url, { headers: { 'metadata-flavor': 'Google' }, signal: AbortSignal.timeout(timeoutMs) });
    const text = (await response.text()).trim();
    return response.ok && /^[^\s@]+@[^\s@]+$/.test(text) ? text : null;
  } catch {
    return null;
  }
}
