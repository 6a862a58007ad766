import { basename, join, resolve } from 'node:path';
import { type Arch, arches } from '../../core/clouds.ts';
import { chooseDistro } from '../../core/distro-choice.ts';
import { formatDuration } from '../../core/duration.ts';
import { exitCodes, invalidInput } from '../../core/errors.ts';
import { buildImage } from '../../local/image/build-image.ts';
import { buildableDistros } from '../../local/image/build-recipe.ts';
import { exportImage } from '../../local/image/export-image.ts';
import { cacheProblem } from '../../local/image/image-problem.ts';
import { importImage } from '../../local/image/import-image.ts';
import { parseChecksum } from '../../local/image/checksum.ts';
import { diskFile } from '../../local/image/image-store.ts';
import { listImages, type StoredImage } from '../../local/image/stored-images.ts';
import { imageName } from '../cache/cached-images.ts';
import { openDistros } from '../../library/catalogue.ts';
import type { CliContext } from '../context.ts';
import { cacheHome } from '../../library/directories.ts';
import { formatBytes } from '../../core/bytes.ts';
import { type Column, renderTable } from '../text/table.ts';

export interface ImageBuildOptions {
  readonly arch?: string;
  readonly mirror?: string;
  readonly output?: string;
}

export interface ImageImportOptions {
  readonly name?: string;
  readonly distro?: string;
  readonly arch?: string;
  readonly sha256?: string;
}

/** `labtui image list`: the images on this computer, downloaded, built and imported. */
export async function listLocalImages(context: CliContext): Promise<number> {
  const images = await listImages(cacheDirectory(context));
  if (context.settings.json) context.out(`${JSON.stringify(images.map(described), null, 2)}\n`);
  else if (images.length === 0) context.err('no image has been downloaded, built or imported yet\n');
  else context.out(`${table(images, context)}\n`);
  return exitCodes.done;
}

/** `labtui image build debian@12 [--arch A] [--mirror URL] [--output FILE]`: a bootable image from the distribution's package archive. */
export async function buildLocalImage(context: CliContext, reference: string, options: ImageBuildOptions): Promise<number> {
  const { environment, settings, signal, theme } = context;
  const { distro, version } = chooseDistro(openDistros(context, await context.loadClouds()), reference);
  const buildable = buildableDistros.find((name) => name === distro.name);
  if (buildable === undefined || version.codename === null) {
    throw invalidInput(`an image of ${distro.name} cannot be built here, only of ${buildableDistros.join(' and ')}`, 'bring one of your own: --image file:PATH');
  }
  const arch = archOf(options.arch);
  const startedMs = Date.now();
  const image = await buildImage({
    distro: buildable,
    version: version.version,
    suite: version.codename,
    arch,
    mirror: options.mirror === undefined ? null : mirrorUrl(options.mirror),
    cacheDirectory: cacheDirectory(context),
    environment,
    asRoot: process.getuid?.() === 0,
    signal,
    onLine: (line) => {
      if (!settings.quiet) context.err(`  ${theme.dim(line)}\n`);
    },
  });
  const output = options.output === undefined ? null : resolve(context.cwd, options.output);
  if (output !== null) {
    await exportImage(image, output).catch((error: unknown) => {
      throw cacheProblem(error, output);
    });
  }
  if (settings.json) {
    context.out(`${JSON.stringify({ ok: true, ...described(image), output, durationMs: Date.now() - startedMs }, null, 2)}\n`);
    return exitCodes.done;
  }
  context.out(`${theme.good(theme.glyphs.ready)} ${distro.name}@${version.version} for ${arch}, ${formatBytes(image.bytes)}, built in ${formatDuration(Date.now() - startedMs)}   ${output ?? diskFile(image.directory, image.record)}\n`);
  context.err(`  labtui apply --cloud local --distro ${distro.name}@${version.version}   takes it from now on; labtui cache prune --all removes it\n`);
  return exitCodes.done;
}

/** `labtui image import FILE [--name N] [--distro D] [--arch A] [--sha256 SUM]`: a disk of one's own, as an image of this computer. */
export async function importLocalImage(context: CliContext, path: string, options: ImageImportOptions): Promise<number> {
  const { environment, settings, signal, theme } = context;
  const file = resolve(context.cwd, path.replace(/^file:/, ''));
  const reference = options.distro ?? environment.LABTUI_DISTRO ?? '';
  const taken = reference === '' ? null : chooseDistro(openDistros(context, await context.loadClouds()), reference);
  const distro = taken === null ? null : `${taken.distro.name}@${taken.version.version}`;
  const name = options.name ?? nameOf(file);
  const { image, status } = await importImage({
    ...{ file, name, distro, environment, signal },
    arch: archOf(options.arch ?? environment.LABTUI_ARCH),
    sha256: options.sha256 === undefined ? null : sumOf(options.sha256),
    cacheDirectory: cacheDirectory(context),
    onLine: (line) => {
      if (!settings.quiet) context.err(`  ${theme.dim(line)}\n`);
    },
  });
  if (settings.json) {
    context.out(`${JSON.stringify({ ok: true, status, ...described(image) }, null, 2)}\n`);
    return exitCodes.done;
  }
  const { arch, checksum } = image.record;
  context.out(`${theme.good(theme.glyphs.ready)} ${name} for ${arch}, ${formatBytes(image.bytes)}, ${status === 'imported' ? 'imported' : 'was here already'}   ${checksum}\n`);
  const wanted = distro === null ? `--distro DISTRO --image ${name}` : `--distro ${distro}`;
  context.err(`  labtui apply --cloud local ${wanted}   takes it from now on; labtui cache prune --all removes it\n`);
  return exitCodes.done;
}

/** The file's own name, as far as an image may be called so. */
function nameOf(file: string): string {
  const plain = basename(file).replace(/\.[A-Za-z0-9]{1,6}$/, '').toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '').slice(0, 64);
  if (plain === '') throw invalidInput(`"${basename(file)}" gives no name for an image`, 'labtui image import FILE --name NAME');
  return plain;
}

function sumOf(text: string): string {
  const sum = parseChecksum(/^sha256:/i.test(text) ? text : `sha256:${text}`);
  if (sum === null) throw invalidInput(`"${text}" is no SHA-256: 64 hexadecimal digits`, 'sha256sum FILE prints it');
  return sum.hex;
}

function archOf(given: string | undefined): Arch {
  const name = given ?? (process.arch === 'arm64' ? 'arm64' : 'amd64');
  const arch = arches.find((known) => known === name);
  if (arch === undefined) throw invalidInput(`"${name}" is no architecture`, `one of ${arches.join(', ')}`);
  return arch;
}

function mirrorUrl(text: string): string {
  if (/^(?:https?|file):\/\/\S+$/.test(text) && URL.canParse(text)) return text;
  throw invalidInput(`"${text}" is no mirror of a package archive`, '--mirror http://HOST/debian');
}

function described(image: StoredImage): object {
  const { arch, addedAt, boot, checksum, distro = null, format, source, virtualSizeBytes } = image.record;
  return {
    ...{ name: imageName(image), source, distro, arch, checksum, format, bytes: image.bytes, virtualSizeBytes, addedAt },
    ...{ usedAt: image.usedAt.toISOString(), usedBy: image.usedBy, file: diskFile(image.directory, image.record), boot: boot === null ? 'firmware' : 'kernel' },
  };
}

function table(images: readonly StoredImage[], { theme, columns: width }: CliContext): string {
  const nowMs = Date.now();
  const columns: readonly Column<StoredImage>[] = [
    { title: 'IMAGE', value: imageName },
    { title: 'ARCH', value: ({ record }) => record.arch },
    { title: 'SIZE', align: 'right', value: ({ bytes }) => formatBytes(bytes) },
    { title: 'USED', value: ({ usedAt }) => `${formatDuration(Math.max(0, nowMs - usedAt.getTime()))} ago` },
    { title: 'IN USE', value: ({ usedBy }) => (usedBy.length === 0 ? theme.glyphs.dash : String(usedBy.length)) },
    { title: 'SOURCE', value: ({ record }) => record.source },
  ];
  return renderTable(images, columns, width);
}

function cacheDirectory(context: CliContext): string {
  return join(cacheHome(context), 'labtui');
}
