import { join } from 'node:path';
import process from 'node:process';
import type { ReadyStep } from '../../core/cloud.ts';
import type { PinnedStack } from '../../core/plan.ts';
import { cacheDirectoryOf } from '../../local/cache-directory.ts';
import { buildImage } from '../../local/image/build-image.ts';
import { buildableDistros } from '../../local/image/build-recipe.ts';
import { ensureImage } from '../../local/image/ensure-image.ts';
import type { ImageProgress } from '../../local/image/image.ts';
import { keptImage } from '../../local/image/kept-images.ts';
import { readImage } from './pinned-image.ts';

export interface FetchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onStep: (step: ReadyStep) => void;
  readonly signal: AbortSignal;
}

/**
 * Brings a stack's image to this computer, verified, before Terraform asks for it: it would do so without a word. One that is to be built
 * is built. Rejects with a LabError, as `ensureImage` and `buildImage` do.
 */
export async function fetchImage({ image, distro, arch }: PinnedStack, { environment, onStep, signal }: FetchOptions): Promise<void> {
  const { source, checksum, format } = readImage(image);
  const cacheDirectory = cacheDirectoryOf(environment);
  const buildable = buildableDistros.find((name) => name === distro.name);
  if (source.startsWith('build:') && buildable !== undefined && (distro.codename ?? null) !== null && (await keptImage(cacheDirectory, source, arch, checksum)) === null && checksum === null) {
    const request = { distro: buildable, version: distro.version, suite: distro.codename ?? '', arch, mirror: null, cacheDirectory, environment, asRoot: process.getuid?.() === 0, signal };
    await buildImage({ ...request, onLine: (line) => onStep({ message: `building ${distro.name}@${distro.version}: ${line.trim().slice(0, 80)}`, percent: null }) });
  }
  const report = throttled(onStep);
  // Nobody's yet: the disks that will stand on it say so themselves.
  await ensureImage({ source, checksum, arch, format }, { cacheDirectory, usedBy: join(cacheDirectory, 'nobody'), signal, environment, onProgress: (progress) => report(stepOf(progress)) });
}

function stepOf({ step, doneBytes, totalBytes, about }: ImageProgress): ReadyStep {
  const mb = (bytes: number): string => String(Math.round(bytes / 1e6));
  if (step === 'waiting') return { message: `waiting for ${about}, which fetches the same image`, percent: null };
  const name = about.split('/').at(-1) ?? about;
  return { message: `${step} ${name}: ${mb(doneBytes)}${totalBytes === null ? '' : ` of ${mb(totalBytes)}`} MB`, percent: totalBytes === null || totalBytes === 0 ? null : (100 * doneBytes) / totalBytes };
}

/** Bytes come by the thousand; people read one line a second. */
function throttled(onStep: FetchOptions['onStep']): FetchOptions['onStep'] {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (step) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < 1_000) return;
    lastMs = nowMs;
    onStep(step);
  };
}
