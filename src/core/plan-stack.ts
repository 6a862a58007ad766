import type { Arch, CloudFacts, CloudId, InstanceType } from './clouds.ts';
import { chooseDistro, chooseImage, type ChosenImage } from './distro-choice.ts';
import type { DistroCatalogue } from './distro.ts';
import { parseDuration } from './duration.ts';
import { invalidInput, LabError, type Problem } from './errors.ts';
import type { FallbackEvent } from './events.ts';
import { instanceTypesFor, namedInstanceType } from './instance-choice.ts';
import type { ArchPlan, StackPlan } from './plan.ts';
import { asList, cloudSettings, forCloud, type Profile } from './profile.ts';
import { didYouMean, nearest } from './suggest.ts';

/** One combination of distro and cloud that a profile names. */
export interface Target {
  readonly cloud: CloudId;
  readonly region: string | null;
  readonly distro: string;
}

export interface StackContext {
  readonly distros: DistroCatalogue;
  readonly factsOf: (cloud: CloudId) => CloudFacts;
  readonly now: Date;
}

/** A stack that has no name yet. */
export interface StackDraft {
  readonly stack: Omit<StackPlan, 'id'>;
  readonly warnings: readonly Problem[];
  readonly fallbacks: readonly FallbackEvent[];
}

/** One stack of the plan. Throws as planLab does. */
export function planStack(profile: Profile, target: Target, context: StackContext): StackDraft {
  const facts = context.factsOf(target.cloud);
  refuseImpossible(profile, facts);
  const distro = chooseDistro(context.distros, target.distro);
  const imagePin = forCloud(profile.image, target.cloud, null);
  const fallbacks: FallbackEvent[] = [];
  const { choice, others, skipped } = possibleArches(profile, (arch) => ({
    arch,
    image: chooseImage(distro, target.cloud, arch, { pinned: imagePin !== null, today: context.now, login: facts.images.login }),
    types: typesOf(profile, facts, arch),
  }));
  if (skipped !== null) {
    fallbacks.push({ type: 'fallback', from: skipped.arch, to: choice.arch, reason: skipped.reason });
  }
  const archPlan = ({ arch, image, types }: ArchChoice): ArchPlan => ({
    arch,
    distro: {
      name: distro.distro.name,
      version: distro.version.version,
      title: distro.distro.title,
      codename: distro.version.codename,
      init: image.init,
      serviceManager: distro.version.serviceManager,
      endOfLife: distro.version.endOfLife,
    },
    imageQuery: imagePin === null ? image.query : null,
    imageUser: image.user,
    user: profile.ssh.user ?? image.user ?? distro.version.defaultUser,
    instanceTypes: types.types,
  });
  const spot = spotOf(profile, facts, fallbacks);
  return {
    stack: {
      cloud: target.cloud,
      ...archPlan(choice),
      imagePin,
      region: regionOf(profile, target, facts),
      zone: forCloud(profile.zone, target.cloud, 'auto'),
      typeNamedByUser: choice.types.named,
      count: profile.count,
      disk: { ...profile.disk, encrypted: profile.disk.encrypted && facts.capabilities.encryptsDisks !== false },
      spot,
      network: profile.network,
      settings: cloudSettings(profile, target.cloud),
      otherArches: others.map(archPlan),
    },
    warnings: choice.image.warnings,
    fallbacks,
  };
}

function refuseImpossible(profile: Profile, facts: CloudFacts): void {
  const { capabilities, title } = facts;
  if (!capabilities.apply) {
    throw invalidInput(`labtui cannot create machines on ${title} (${facts.id}) yet`, 'labtui clouds   shows what each cloud can do');
  }
  if (profile.network === 'default' && !capabilities.defaultNetwork) {
    throw invalidInput(`${title} has no default network to use`, 'network: isolated   makes one of the lab\'s own');
  }
  if (!capabilities.diskTypes.includes(profile.disk.type)) {
    throw invalidInput(
      `${title} has no root disk of type ${profile.disk.type}`,
      `disk.type on ${facts.id}: ${capabilities.diskTypes.join(', ')}`,
    );
  }
  if (profile.spot.enabled && !capabilities.spot && profile.spot.fallback === 'fail') {
    throw invalidInput(`${title} has no spot machines`, 'spot.fallback: on-demand   goes on without');
  }
  if (profile.disk.type === 'standard' && profile.disk.iops !== null) {
    throw invalidInput('disk.iops does not go with disk.type standard', 'disk.type: provisioned-iops, or ssd');
  }
}

function spotOf(profile: Profile, facts: CloudFacts, fallbacks: FallbackEvent[]): StackPlan['spot'] {
  const enabled = profile.spot.enabled && facts.capabilities.spot;
  if (profile.spot.enabled && !enabled) {
    fallbacks.push({ type: 'fallback', from: 'spot', to: 'on-demand', reason: `${facts.title} has no spot machines` });
  }
  return {
    enabled,
    maxPrice: profile.spot.maxPrice,
    fallback: profile.spot.fallback,
    timeoutMs: parseDuration(profile.spot.timeout) ?? 300_000,
  };
}

interface ArchChoice {
  readonly arch: Arch;
  readonly image: ChosenImage;
  readonly types: { readonly types: readonly InstanceType[]; readonly named: boolean };
}

interface PossibleArches {
  readonly choice: ArchChoice;
  readonly others: readonly ArchChoice[];
  /** The profile's first architecture, where it is not the choice. */
  readonly skipped: { readonly arch: Arch; readonly reason: string } | null;
}

/** The architectures of the profile's list that have both an image and a type, in its order; the first one's refusal if none has. */
function possibleArches(profile: Profile, attempt: (arch: Arch) => ArchChoice): PossibleArches {
  const possible: ArchChoice[] = [];
  let refused: { readonly arch: Arch; readonly error: LabError } | null = null;
  for (const arch of new Set(asList(profile.arch))) {
    try {
      possible.push(attempt(arch));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (possible.length === 0) refused ??= { arch, error };
    }
  }
  const [choice, ...others] = possible;
  if (choice === undefined) throw refused?.error ?? invalidInput('arch: at least one architecture is needed', 'arch: amd64');
  return { choice, others, skipped: refused === null ? null : { arch: refused.arch, reason: refused.error.message } };
}

function typesOf(profile: Profile, facts: CloudFacts, arch: Arch): ArchChoice['types'] {
  const named = forCloud(profile.instanceType, facts.id, null);
  if (named !== null) return { types: [namedInstanceType(facts, named, arch)], named: true };
  const size = profile.size;
  if (size === 'small' || size === 'lab' || size === 'medium' || size === 'large') {
    return { types: instanceTypesFor(facts, size, arch), named: false };
  }
  return { types: [namedInstanceType(facts, size, arch)], named: true };
}

function regionOf(profile: Profile, target: Target, facts: CloudFacts): string {
  const region = target.region ?? forCloud(profile.region, target.cloud, 'auto');
  if (region === 'auto') return region;
  const ids = facts.regions.map(({ id }) => id);
  if (ids.length === 0 || ids.includes(region)) return region;
  const zoneOf = ids.find((id) => region.startsWith(id));
  throw invalidInput(
    `${facts.title} has no region "${region}" in labtui's list of ${facts.regionsDate}${didYouMean(region, ids)}`,
    zoneOf === undefined ? `labtui regions --cloud ${facts.id}` : `"${region}" looks like a zone: --region ${zoneOf} --zone ${region}`,
    nearest(region, ids, 5).length > 0 ? `near: ${nearest(region, ids, 5).join(', ')}` : undefined,
  );
}
