import type { ErrorRule } from '../error-rules.ts';
import { exceededQuota, zoneIn, zonesOffered } from './error-text.ts';

const quotas = 'https://console.cloud.google.com/iam-admin/quotas';

/** Rows of the Google Cloud error table for what another zone or region would get, or a larger quota. By text: the provider prints no codes. */
export const capacityRules: readonly ErrorRule[] = [
  {
    pattern: /(?:failed to start|could not be started) due to preemption/,
    kind: 'capacity',
    summary: 'Google Cloud took the spot machine back while it was starting',
    hint: 'another zone (--zone), or --no-spot',
    retryable: true,
    holdsFor: 'zone',
  },
  {
    pattern:
      /does not have enough resources available to fulfill the request|is currently unavailable in the [a-z0-9-]+ zone|ZONE_RESOURCE_POOL_EXHAUSTED|(?:ERROR|GCE)_STOCKOUT|[Rr]esource pool exhausted/,
    kind: 'capacity',
    summary: ({ text }) => {
      const [, type] = /\b[Aa]n? ([a-z0-9-]+) VM instance/.exec(text) ?? [];
      const zone = zoneIn(text);
      return `Google Cloud has no ${type ?? 'machine of this type'} left${zone === null ? '' : ` in ${zone}`}`;
    },
    hint: ({ text }) => elsewhere(text),
    retryable: true,
    holdsFor: 'zone',
    zonesOffered,
  },
  {
    pattern: /Quota exceeded for quota (?:metric|group)|[Rr]ate ?[Ll]imit ?[Ee]xceeded|userRateLimitExceeded|CONCURRENT_OPERATIONS_QUOTA_EXCEEDED|Too many concurrent operations|googleapi: Error 429/,
    kind: 'throttled',
    summary: 'Google Cloud asks for fewer calls a minute',
    hint: 'wait a minute, then: labtui apply --session SESSION --parallelism 2',
    retryable: true,
  },
  {
    pattern: /Quota 'PREEMPTIBLE_\w+' exceeded|resource "PREEMPTIBLE_\w+"/,
    kind: 'quota',
    summary: ({ text }) => quotaReached(text),
    hint: `--no-spot, or another region (--region); more: ${quotas}`,
    retryable: false,
    holdsFor: 'spot',
  },
  {
    pattern: /Quota 'NETWORKS' exceeded/,
    kind: 'quota',
    summary: ({ text }) => quotaReached(text),
    hint: `--network default, or remove networks that are not needed: gcloud compute networks list; more: ${quotas}`,
    retryable: false,
  },
  {
    pattern: /Quota '\w+' exceeded\.\s+Limit: [\d.]+ globally/,
    kind: 'quota',
    summary: ({ text }) => quotaReached(text),
    hint: `a smaller size (--size small) or another project (gcp.project); more: ${quotas}`,
    retryable: false,
  },
  {
    pattern: /Quota '[\w-]+' exceeded|Insufficient regional quota|QUOTA_EXCEEDED|quotaExceeded/,
    kind: 'quota',
    summary: ({ text }) => quotaReached(text),
    hint: `another region (--region) or a smaller size (--size small); more: ${quotas}`,
    retryable: false,
  },
];

function quotaReached(text: string): string {
  const quota = exceededQuota(text);
  if (quota === null) return "a quota of the project is reached";
  const limit = quota.limit === null ? '' : ` of ${quota.limit}`;
  const family = quota.family === null ? '' : ` for ${quota.family} machines`;
  return `the project's quota ${quota.metric}${limit}${family} is reached${quota.region === null ? '' : ` in ${quota.region}`}`;
}

function elsewhere(text: string): string {
  const [first, ...others] = zonesOffered(text);
  if (first === undefined) return 'another zone (--zone), region (--region) or type (--instance-type)';
  const also = others.length === 0 ? '' : `   (also: ${others.join(', ')})`;
  return `labtui apply --session SESSION --zone ${first}${also}`;
}
