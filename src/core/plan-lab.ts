import type { CloudFacts, CloudId } from './clouds.ts';
import type { DistroCatalogue } from './distro.ts';
import { parseDuration } from './duration.ts';
import { invalidInput, type Problem } from './errors.ts';
import { normalizeIpRange } from './ip-range.ts';
import type { LabPlan } from './plan.ts';
import { planStack, type Target } from './plan-stack.ts';
import { asList, type Profile } from './profile.ts';
import { sessionId } from './session-id.ts';
import { defaultSessionName, stackIds } from './stack-names.ts';
import { sessionTags } from './tags.ts';

export interface PlanContext {
  readonly distros: DistroCatalogue;
  readonly factsOf: (cloud: CloudId) => CloudFacts;
  /** Six characters that make the session's id; or the whole id of a session that is planned again. */
  readonly identity: { readonly suffix: string } | { readonly id: string; readonly name: string };
  readonly now: Date;
  readonly owner: string;
  /** The text behind the profile's `userData`. */
  readonly userData: string | null;
}

/**
 * What an apply of this profile is to make, before anything is looked up. Pure.
 * Every refusal that needs no network happens here, as a LabError of kind invalid-input or image (exit 3).
 */
export function planLab(profile: Profile, context: PlanContext): LabPlan {
  const targets = targetsOf(profile);
  refuseAmbiguousChoices(profile, targets);
  const warnings: Problem[] = [];
  const drafts = targets.map((target) => planStack(profile, target, context));
  const ids = stackIds(drafts.map(({ stack }) => stack));
  const twice = targets.find((_, index) => ids.indexOf(ids[index] ?? '') !== index);
  if (twice !== undefined) {
    throw invalidInput(`the profile asks for ${twice.distro} on ${twice.cloud} twice`, 'several machines of a kind are count: 2');
  }
  const stacks = drafts.map(({ stack }, index) => ({ ...stack, id: ids[index] ?? stack.cloud }));
  for (const draft of drafts) warnings.push(...draft.warnings);

  const name = 'id' in context.identity ? context.identity.name : (profile.name ?? defaultSessionName(stacks));
  const id = 'id' in context.identity ? context.identity.id : sessionId(name, context.identity.suffix);
  const ttlMs = profile.ttl === null ? null : parseDuration(profile.ttl);
  const createdAt = context.now.toISOString();
  const expiresAt = ttlMs === null ? null : new Date(context.now.getTime() + ttlMs).toISOString();
  if (ttlMs === null) {
    warnings.push({
      kind: 'invalid-input',
      summary: 'no TTL: this lab runs, and costs, until somebody destroys it',
      hint: `labtui destroy ${id}`,
    });
  }
  return Object.freeze({
    id,
    name,
    createdAt,
    expiresAt,
    ttlMs,
    owner: context.owner,
    tags: sessionTags({ sessionId: id, createdAt, expiresAt, owner: context.owner }, profile.tags),
    stacks,
    ssh: {
      key: profile.ssh.key,
      keyType: profile.ssh.keyType,
      allowFrom: allowFromOf(profile),
      port: profile.ssh.port,
      proxyCommand: profile.ssh.proxyCommand,
      timeoutMs: parseDuration(profile.ssh.timeout) ?? 300_000,
    },
    userData: context.userData,
    onReady: profile.onReady,
    onFailure: profile.onFailure,
    warnings: distinctBySummary(warnings),
    fallbacks: drafts.flatMap(({ fallbacks }, index) =>
      fallbacks.map((event) => ({ stack: ids[index] ?? 'unknown', event })),
    ),
  });
}

function targetsOf(profile: Profile): readonly Target[] {
  const clouds = asList(profile.cloud).map((text) => {
    const [cloud = '', region = null] = text.split(':');
    return { cloud, region };
  });
  return asList(profile.distro).flatMap((distro) => clouds.map((cloud) => ({ ...cloud, distro })));
}

/** A single image or type cannot be right on two clouds at once. */
function refuseAmbiguousChoices(profile: Profile, targets: readonly Target[]): void {
  const clouds = [...new Set(targets.map(({ cloud }) => cloud))];
  if (clouds.length < 2) return;
  for (const field of ['image', 'instanceType'] as const) {
    const value = profile[field];
    if (typeof value === 'string') {
      throw invalidInput(
        `${field} "${value}" can be of one cloud only, but the profile names ${clouds.join(', ')}`,
        `write it per cloud: ${field}: { ${clouds.map((cloud) => `${cloud}: ...`).join(', ')} }`,
      );
    }
  }
}

function allowFromOf(profile: Profile): 'auto' | readonly string[] {
  const value = profile.ssh.allowFrom;
  if (value === 'auto') return 'auto';
  return [...new Set(asList(value).map((range) => normalizeIpRange(range) ?? range))];
}

function distinctBySummary(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [problem.summary, problem])).values()];
}
