import { LabError } from '../../core/errors.ts';
import type { Environment, GcloudConfig } from './gcloud-config.ts';

// Each in the provider's own order.
const projectVariables = ['GOOGLE_PROJECT', 'GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT'];
const regionVariables = ['GOOGLE_REGION', 'GCLOUD_REGION', 'CLOUDSDK_COMPUTE_REGION'];
const zoneVariables = ['GOOGLE_ZONE', 'GCLOUD_ZONE', 'CLOUDSDK_COMPUTE_ZONE'];

export interface ProjectHints {
  /** The project that a stack was pinned to. */
  readonly pinned: string | null;
  /** The profile's `gcp.project`. */
  readonly profile: string | null;
  readonly env: Environment;
  /** Project of the credentials. */
  readonly credentials: string | null;
  readonly gcloud: GcloudConfig;
}

/** The project that a lab belongs to. Throws kind prerequisite, with the command, where nothing names one. */
export function projectOf({ pinned, profile, env, credentials, gcloud }: ProjectHints): string {
  const project = pinned ?? profile ?? firstSet(env, projectVariables) ?? credentials ?? gcloud.project;
  if (project !== null) return project;
  throw new LabError({
    kind: 'prerequisite',
    summary: 'no Google Cloud project is set',
    hint: 'gcloud config set project PROJECT   or GOOGLE_CLOUD_PROJECT; in a profile: gcp.project',
  });
}

/** The region that the environment or gcloud's configuration names, as the provider reads them; null: none. */
export function configuredRegion(env: Environment, gcloud: GcloudConfig): string | null {
  return firstSet(env, regionVariables) ?? firstSet(env, zoneVariables)?.replace(/-[a-z0-9]+$/, '') ?? gcloud.region;
}

/** An empty variable counts as not set. */
function firstSet(env: Environment, names: readonly string[]): string | null {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '') ?? null;
}
