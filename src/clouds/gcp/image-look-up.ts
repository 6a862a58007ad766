import * as z from 'zod';
import type { Arch } from '../../core/clouds.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { PinnedImage, StackPlan } from '../../core/plan.ts';
import { type ComputeClient, isForbidden, isMissing } from './compute-client.ts';
import { partOf, pathOf } from './names.ts';

const image = z.object({
  name: z.string(),
  selfLink: z.string(),
  status: z.string().optional(),
  architecture: z.string().optional(),
  diskSizeGb: z.coerce.number().optional(),
  creationTimestamp: z.string().optional(),
  guestOsFeatures: z.array(z.object({ type: z.string() })).optional(),
  deprecated: z.object({ state: z.string().optional(), replacement: z.string().optional() }).optional(),
});
type Image = z.output<typeof image>;

/** Compute Engine's words for labtui's. */
const archOf: Readonly<Record<string, Arch>> = { X86_64: 'amd64', ARM64: 'arm64' };

/**
 * The image a stack starts from: the profile's own, checked, or the newest of the distro's family.
 * Rejects with kind image when there is none, with invalid-input when it is for another architecture.
 */
export async function lookUpImage(client: ComputeClient, plan: StackPlan, emit: Emit): Promise<PinnedImage> {
  const { imageQuery: query } = plan;
  if (plan.imagePin !== null) return pinned(await pinnedImage(client, plan, plan.imagePin, emit), plan, plan.imagePin);
  if (query?.cloud !== 'gcp') throw noQuery(plan);
  const path = query.family === null ? `images/${query.name ?? ''}` : `images/family/${query.family}`;
  const found = await imageAt(client, `projects/${query.project}/global/${path}`);
  if (found === null) throw nothingFound(plan, `${query.project}: ${query.family ?? query.name ?? ''}`);
  return pinned(found, plan, found.name);
}

async function imageAt(client: ComputeClient, path: string): Promise<Image | null> {
  try {
    return await client.get(path, image);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * By link or path, by `project/name`, or by a name among the project's own images and those of the distro's: a name alone
 * can be anybody's. A family of that name counts as well.
 */
async function pinnedImage(client: ComputeClient, plan: StackPlan, pin: string, emit: Emit): Promise<Image> {
  for (const path of pathsOf(client.project, plan, pin)) {
    // Of what lies in a foreign project, Google says either.
    const found = await imageAt(client, path).catch((error: unknown) => {
      if (isForbidden(error) && !path.startsWith(`projects/${client.project}/`)) return null;
      throw error;
    });
    if (found === null) continue;
    const state = found.deprecated?.state;
    if (state === 'OBSOLETE' || state === 'DELETED') throw unusable(pin, `is ${state.toLowerCase()}`, replacementHint(found));
    if (state === 'DEPRECATED') emit({ type: 'log', level: 'warn', message: `the image ${found.name} is deprecated; ${replacementHint(found)}` });
    return found;
  }
  throw unusable(pin, 'does not exist, or these credentials may not see it', 'gcloud compute images list --project PROJECT   or leave out --image for the newest');
}

function pathsOf(project: string, plan: StackPlan, pin: string): readonly string[] {
  const path = pathOf(pin);
  if (path.startsWith('projects/')) return [path];
  const [first = '', second, ...rest] = path.split('/');
  if (first === 'global') return [`projects/${project}/${path}`];
  if (first === 'family' && second !== undefined) return [`projects/${project}/global/images/${path}`];
  if (rest.length > 0) throw invalidInput(`"${pin}" is not an image of Google Cloud`, '--image NAME, PROJECT/NAME or projects/PROJECT/global/images/NAME');
  const distros = plan.imageQuery?.cloud === 'gcp' ? [plan.imageQuery.project] : [];
  const projects = second === undefined ? [project, ...distros] : [first];
  return projects.flatMap((owner) => [`images/${second ?? first}`, `images/family/${second ?? first}`].map((name) => `projects/${owner}/global/${name}`));
}

function pinned(found: Image, plan: StackPlan, called: string): PinnedImage {
  const arch = archOf[found.architecture ?? ''];
  if (arch !== undefined && arch !== plan.arch) {
    throw invalidInput(`the image ${called} is for ${arch}, not ${plan.arch}`, `--arch ${arch}, or another --image`);
  }
  if (found.status !== undefined && found.status !== 'READY') {
    throw unusable(called, `is not ready (${found.status.toLowerCase()})`, 'wait until it is, or name another');
  }
  const id = pathOf(found.selfLink);
  return {
    id,
    name: found.name,
    owner: partOf(id, 'projects'),
    minDiskGb: found.diskSizeGb ?? null,
    createdAt: found.creationTimestamp ?? null,
    ...(found.guestOsFeatures === undefined ? {} : { features: found.guestOsFeatures.map(({ type }) => type) }),
  };
}

function replacementHint({ deprecated }: Image): string {
  return deprecated?.replacement === undefined ? 'leave out --image for the newest' : `--image ${pathOf(deprecated.replacement)}`;
}

function unusable(called: string, why: string, hint: string): LabError {
  return new LabError({ kind: 'image', summary: `the image ${called} ${why}`, hint });
}

function noQuery(plan: StackPlan): LabError {
  return new LabError({
    kind: 'image',
    summary: `no image of ${plan.distro.title} ${plan.distro.version} can be looked up on Google Cloud`,
    hint: 'bring your own: --image PROJECT/NAME',
  });
}

function nothingFound(plan: StackPlan, asked: string): LabError {
  return new LabError({
    kind: 'image',
    summary: `no image of ${plan.distro.title} ${plan.distro.version} (${plan.arch}) was found`,
    hint: 'labtui distros check   or your own: --image PROJECT/NAME',
    detail: `asked for ${asked}`,
  });
}
