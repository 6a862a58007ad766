import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Arch, CloudId } from '../../src/core/clouds.ts';
import type { Distro, DistroVersion, ImageStatus } from '../../src/core/distro.ts';
import { clouds as registered } from '../../src/clouds/registry.ts';
import { createDistroCatalogue } from '../../src/input/distros.ts';

const root = resolve(import.meta.dirname, '../..');
export const readme = join(root, 'README.md');
const clouds: readonly CloudId[] = ['aws', 'azure', 'gcp'];
const arches: readonly Arch[] = ['amd64', 'arm64'];
const begin = '<!-- distros: generated from the catalogue, npm run docs -->';
const end = '<!-- /distros -->';

/** What a status means in the table; nothing: there is no image to look up. */
const marks: Readonly<Record<ImageStatus, string>> = { available: 'yes', unverified: 'unconfirmed', community: 'community', eol: 'ended', stale: 'stale', bring: '', none: '' };

function cell({ images }: DistroVersion, cloud: CloudId): string {
  const byArch = arches.flatMap((arch) => {
    const image = images.find((candidate) => candidate.cloud === cloud && candidate.arch === arch);
    const mark = image === undefined || image.query === null ? '' : marks[image.status];
    return mark === '' ? [] : [{ arch, mark }];
  });
  if (byArch.length === 0) return '–';
  return byArch.map(({ arch, mark }) => (mark === 'yes' ? arch : `${arch} (${mark})`)).join(', ');
}

function rows(distros: readonly Distro[]): readonly string[] {
  return distros.flatMap(({ name, versions }) =>
    versions
      .map((version) => ({ label: `\`${name}@${version.version}\``, cells: clouds.map((cloud) => cell(version, cloud)) }))
      .filter(({ cells }) => cells.some((text) => text !== '–'))
      .map(({ label, cells }) => `| ${[label, ...cells].join(' | ')} |`),
  );
}

/** README with the table of its distributions as the catalogue has them now. */
export async function withDistroTable(text: string): Promise<string> {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${begin} ... ${end}`);
  const distros = await createDistroCatalogue([join(root, 'distros')], registered.all.map(({ facts }) => facts)).all();
  const table = [`| distro | ${clouds.join(' | ')} |`, `| --- |${clouds.map(() => ' --- |').join('')}`, ...rows(distros)].join('\n');
  return `${text.slice(0, from)}${begin}\n${table}\n${text.slice(to)}`;
}

if (process.argv.includes('--write')) writeFileSync(readme, await withDistroTable(readFileSync(readme, 'utf8')));
