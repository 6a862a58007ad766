import { resolve } from 'node:path';
import type { Distro, DistroImage, DistroVersion } from '../../core/distro.ts';
import { invalidInput } from '../../core/errors.ts';
import { didYouMean } from '../../core/suggest.ts';
import { checkDistroFile } from '../../input/distros.ts';
import { openDistros } from '../../library/catalogue.ts';
import type { CliContext } from '../context.ts';
import { renderProblem } from '../text/problem.ts';
import { renderTable } from '../text/table.ts';

interface Row {
  readonly distro: Distro;
  readonly version: DistroVersion;
}

/** `labtui distros list`. */
export async function listDistros(context: CliContext): Promise<number> {
  const all = await openDistros(context, await context.loadClouds()).all();
  if (context.settings.json) {
    context.out(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  const today = new Date().toISOString().slice(0, 10);
  const rows = all.flatMap((distro) => distro.versions.map((version): Row => ({ distro, version })));
  context.out(
    `${renderTable<Row>(
      rows,
      [
        { title: 'DISTRO', value: ({ distro, version }) => `${distro.name}@${version.version}` },
        { title: 'UNTIL', value: ({ version: { endOfLife } }) => (endOfLife === null ? 'rolling or unknown' : endOfLife < today ? `ended ${endOfLife}` : endOfLife) },
        { title: 'AMD64', value: ({ version }) => cloudsWith(version, 'amd64') },
        { title: 'ARM64', value: ({ version }) => cloudsWith(version, 'arm64') },
      ],
      context.columns,
    )}\n`,
  );
  return 0;
}

function cloudsWith({ images }: DistroVersion, arch: string): string {
  return images.filter((image) => image.arch === arch && image.query !== null).map(({ cloud }) => cloud).join(' ');
}

/** `labtui distros show D`. */
export async function showDistro(context: CliContext, name: string): Promise<number> {
  const catalogue = openDistros(context, await context.loadClouds());
  const distro = catalogue.find(name.split('@')[0] ?? name);
  if (distro === null) throw invalidInput(`unknown distro "${name}"${didYouMean(name, catalogue.names)}`, 'labtui distros list');
  if (context.settings.json) {
    context.out(`${JSON.stringify(distro, null, 2)}\n`);
    return 0;
  }
  context.out(`${distro.title}   ${distro.name}${distro.aliases.length > 0 ? ` (also ${distro.aliases.join(', ')})` : ''}   ${distro.file}\n`);
  for (const version of distro.versions) {
    context.out(`\n${version.version}${version.codename === null ? '' : ` "${version.codename}"`}   until ${version.endOfLife ?? 'rolling or unknown'}   user ${version.defaultUser}\n`);
    if (version.notes !== undefined) context.out(`  ${version.notes}\n`);
    context.out(
      `${renderTable<DistroImage>(
        version.images,
        [
          { title: '  CLOUD', value: ({ cloud }) => `  ${cloud}` },
          { title: 'ARCH', value: ({ arch }) => arch },
          { title: 'STATUS', value: ({ status }) => status },
          { title: 'INIT', value: ({ init }) => init },
          { title: 'USER', value: ({ user }) => user ?? 'any' },
          { title: 'SEEN', value: ({ sourceDate, confidence }) => `${sourceDate} (${confidence})` },
          { title: 'FOUND BY', value: ({ query }) => (query === null ? '' : foundBy(query)) },
        ],
        Number.MAX_SAFE_INTEGER,
      )}\n`,
    );
  }
  return 0;
}

function foundBy(query: NonNullable<DistroImage['query']>): string {
  const { cloud: _, ...rest } = query;
  return Object.values(rest).filter((value) => typeof value === 'string' || Array.isArray(value)).flat().join(' ');
}

/** `labtui distros check [FILE...]`: validates distro files; exit 3 when one is wrong. */
export async function checkDistros(context: CliContext, files: readonly string[]): Promise<number> {
  const clouds = await context.loadClouds();
  const facts = clouds.all.map((cloud) => cloud.facts);
  const outcomes = files.length === 0 ? openDistros(context, clouds).check() : files.map((file) => checkDistroFile(resolve(context.cwd, file), facts));
  if (context.settings.json) {
    context.out(`${JSON.stringify(outcomes.map(({ file, problem }) => ({ file, ok: problem === null, problem })), null, 2)}\n`);
  } else {
    for (const { file, problem } of outcomes) {
      if (problem === null) context.out(`ok     ${file}\n`);
      else context.err(renderProblem(problem, context.theme));
    }
  }
  return outcomes.some(({ problem }) => problem !== null) ? 3 : 0;
}
