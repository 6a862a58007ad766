import { stat } from 'node:fs/promises';
import process from 'node:process';
import type { Lookup } from '../../core/cloud.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { cacheDirectoryOf } from '../../local/cache-directory.ts';
import { buildableDistros } from '../../local/image/build-recipe.ts';
import { readDiskHeader } from '../../local/image/disk-header.ts';
import { builtSource, keptImage, keptSource } from '../../local/image/kept-images.ts';
import { type ResolvedImage, resolveImage } from '../../local/image/resolve-image.ts';
import { requireUefi, wantsUefi } from '../../local/qemu/firmware.ts';
import { freePort } from '../../local/qemu/free-port.ts';
import { findEmulator, findQemuImg } from '../../local/qemu/programs.ts';
import { findProgram } from '../../platform/find-program.ts';
import { accountHere } from './account.ts';
import { fitToHost } from './host-size.ts';
import { pinImage } from './pinned-image.ts';
import { localSettings } from './settings.ts';

export interface LookUpOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * What the plan leaves open, as it is on this computer: QEMU, the image with its published checksum, a size that fits. Downloads
 * nothing. Rejects with a LabError: prerequisite (a program is missing), image, network, quota, invalid-input, conflict (a port is taken).
 */
export async function lookUpHere(plan: StackPlan, options: LookUpOptions): Promise<Lookup> {
  const { emit, environment } = options;
  findEmulator(plan.arch, environment);
  findQemuImg(environment);
  await checkSettings(plan);
  const image = await imageOf(plan, options);
  for (const fallback of image.fallbacks) emit({ type: 'fallback', ...fallback });
  for (const message of image.notes) emit({ type: 'log', level: 'info', message });
  emit({ type: 'log', level: 'info', message: 'its disk is a file that only you may read, as encrypted as the disk of this computer' });
  // A kernel that QEMU starts itself comes with built images alone, wherever they are now.
  if (wantsUefi({ arch: plan.arch, firmware: image.firmware, kernel: null }) && !/^(?:build|import|file):/.test(image.source)) requireUefi(plan.arch);
  const [first] = plan.instanceTypes;
  if (first === undefined) throw new Error('the plan names no size');
  const { type, fallback } = fitToHost(first, plan.count, plan.typeNamedByUser);
  if (fallback !== null) emit(fallback);
  return {
    account: accountHere(),
    region: 'local',
    zone: 'local',
    image: pinImage(image, { name: image.source.split('/').at(-1) ?? null, minDiskGb: await leastDiskGb(image, environment), createdAt: null }),
    instanceType: type.type,
    vcpu: type.vcpu,
    memoryGb: type.memoryGb,
    hourlyPrice: 0,
    currency: 'USD',
    priceRegion: null,
    priceDate: null,
  };
}

async function imageOf(plan: StackPlan, { environment, signal }: LookUpOptions): Promise<ResolvedImage> {
  const distro = `${plan.distro.name}@${plan.distro.version}`;
  try {
    return await resolveImage({ distro, arch: plan.arch, query: plan.imageQuery, pin: plan.imagePin }, { cacheDirectory: cacheDirectoryOf(environment), cwd: process.cwd(), environment, signal });
  } catch (error) {
    const offline = error instanceof LabError && error.problem.kind === 'network' && plan.imagePin === null;
    const buildable = buildableDistros.some((name) => name === plan.distro.name) && (plan.distro.codename ?? null) !== null;
    if (!offline || !buildable || findProgram('mmdebstrap', environment) === null) throw error;
    // Its checksum is known once it is built, which an apply does before Terraform starts.
    const fallback = { from: 'the official image', to: 'one that is built here from the package archive', reason: error.problem.summary };
    return { source: builtSource(distro), arch: plan.arch, checksum: null, format: null, firmware: 'auto', fallbacks: [fallback], notes: [] };
  }
}

/** The least that a disk on the image can be, in GiB; null: not known before it is here. */
async function leastDiskGb({ source, arch, checksum }: ResolvedImage, environment: LookUpOptions['environment']): Promise<number | null> {
  const inGb = (bytes: number): number => Math.ceil(bytes / 1024 ** 3);
  if (keptSource(source) !== null) {
    const kept = await keptImage(cacheDirectoryOf(environment), source, arch, checksum);
    return kept === null ? null : inGb(kept.record.virtualSizeBytes);
  }
  if (!source.startsWith('file:')) return null;
  const file = source.slice('file:'.length);
  if (!(await stat(file).then((found) => found.isFile(), () => false))) {
    throw new LabError({ kind: 'prerequisite', summary: `there is no image at ${file}`, hint: 'check the path, and that you may read it' });
  }
  return inGb((await readDiskHeader(file)).virtualSizeBytes);
}

async function checkSettings({ settings, count }: StackPlan): Promise<void> {
  const { forward, share } = localSettings(settings);
  if (count > 1 && forward.length > 0) throw invalidInput(`local.forward is for one machine, and this lab has ${count}: a port of this computer leads to one of them`, 'count: 1, or no local.forward');
  const ports = forward.map((text) => Number(text.split(':')[0]));
  if (new Set(ports).size < ports.length) throw invalidInput('local.forward names a port of this computer twice', 'each HOSTPORT once');
  for (const port of ports) {
    if ((await freePort(port).catch(() => null)) === port) continue;
    throw new LabError({ kind: 'conflict', code: 'PortTaken', summary: `port ${port} of this computer is taken, or not yours to take`, hint: `end what listens on it (ss -ltnp 'sport = :${port}'), or choose another in local.forward` });
  }
  if (share !== null && !(await stat(share).then((found) => found.isDirectory(), () => false))) throw invalidInput(`local.share: there is no directory ${share}`, 'local: { share: ./folder }');
}
