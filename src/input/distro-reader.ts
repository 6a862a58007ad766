import { readFileSync, statSync } from 'node:fs';
import type { Distro, DistroImage, DistroVersion } from '../core/distro.ts';
import { LabError } from '../core/errors.ts';
import { errnoOf } from '../platform/errno.ts';
import { type DistroFile, type DistroFileSchema, distroFileSchemaOf, type ImageCloud, type VersionEntry } from './distro-file.ts';
import { imagesOf } from './distro-images.ts';
import { entryForms } from './image-forms.ts';
import { textLimitBytes } from './read-text.ts';
import { readYamlText, type YamlFile } from './yaml-file.ts';

/** Reads distro files that speak of these clouds. */
export function distroReader(clouds: readonly ImageCloud[]): (name: string, file: string) => Distro {
  const schema = distroFileSchemaOf(clouds);
  return (name, file) => readDistroFile(name, file, clouds, schema);
}

/**
 * The distribution that a file describes; `name` is the file's own, without `.yaml`.
 * Throws invalid-input as `file:line:column what is wrong`, with the line and what is allowed there.
 */
function readDistroFile(name: string, file: string, clouds: readonly ImageCloud[], schema: DistroFileSchema): Distro {
  const yaml = readYamlText(textOf(file), file, schema);
  refuseRepeatedVersions(yaml);
  const content = yaml.value;
  return {
    name,
    title: content.title,
    aliases: content.aliases,
    homepage: content.homepage,
    versions: content.versions.map((version, index) => versionOf(yaml, clouds, version, index)),
    file,
  };
}

function versionOf(yaml: YamlFile<DistroFile>, clouds: readonly ImageCloud[], version: VersionEntry, index: number): DistroVersion {
  const content = yaml.value;
  const images = imagesOf(clouds, content, version);
  for (const image of images) refuseUnfindable(yaml, clouds, image, index);
  return {
    version: version.version,
    codename: version.codename,
    endOfLife: version.eol,
    latestEligible: version.latest,
    defaultUser: version.user ?? content.user,
    serviceManager: version.serviceManager ?? content.serviceManager,
    images,
    notes: version.notes,
  };
}

/** An image said to be there must say how it is found; only a doubtful one may leave it open. */
function refuseUnfindable(yaml: YamlFile<DistroFile>, clouds: readonly ImageCloud[], image: DistroImage, versionIndex: number): void {
  const entries = clouds.find(({ id }) => id === image.cloud)?.images;
  // Another cloud's entries are looked at as that cloud's.
  if (entries === undefined || entries.entriesOf !== undefined) return;
  if (image.query !== null || image.status === 'none' || image.status === 'bring' || image.status === 'unverified') return;
  throw yaml.errorAt(
    ['versions', versionIndex, 'images', image.cloud],
    `status is ${image.status}, but nothing says how the ${image.arch} image is found: needs ${entryForms[entries.form].needs}`,
    {
      about: 'key',
      hint: `where there is none for ${image.arch}: ${image.arch}: { status: none }; where it is not known yet: status: unverified`,
    },
  );
}

function refuseRepeatedVersions(yaml: YamlFile<DistroFile>): void {
  const names = yaml.value.versions.map(({ version }) => version);
  const index = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (index !== -1) throw yaml.errorAt(['versions', index, 'version'], `version ${names[index] ?? ''} is listed twice`);
}

function textOf(file: string): string {
  try {
    if (statSync(file).size <= textLimitBytes) return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    throw new LabError({ kind: 'invalid-input', summary: `${file} cannot be read (${code})`, hint: `ls -l ${file}` }, { cause: error });
  }
  throw new LabError({ kind: 'invalid-input', summary: `${file} is larger than 1 MiB` });
}
