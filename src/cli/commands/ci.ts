import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { arches as knownArches } from '../../core/clouds.ts';
import { chooseDistro } from '../../core/distro-choice.ts';
import { exitCodes, invalidInput, LabError } from '../../core/errors.ts';
import { didYouMean } from '../../core/suggest.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { diskProblem } from '../../sessions/disk-problem.ts';
import { openDistros } from '../../library/catalogue.ts';
import { namedDistros } from '../../library/distro-patterns.ts';
import { type CiFile, githubFiles, gitlabFiles, lineToInclude } from '../ci/ci-files.ts';
import { type Access, type CiProvider, ciProviders, type CiRequest } from '../ci/ci-request.ts';
import { githubAccess } from '../ci/github-access.ts';
import { gitlabAccess } from '../ci/gitlab-access.ts';
import { guessProviders } from '../ci/guess-providers.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { repositoryOf } from '../sweeper/ci-files.ts';

export interface CiInitOptions {
  readonly provider?: readonly string[];
  readonly distro?: readonly string[];
  readonly cloud?: readonly string[];
  readonly arch?: readonly string[];
  readonly rehearse?: boolean;
  readonly sweeper?: boolean;
  readonly stdout?: boolean;
  readonly force?: boolean;
}

/** `labtui ci init [-- CMD...]`: files that have a CI run a command on labs, for the repository that one is in. */
export async function ciInit(context: CliContext, command: readonly string[], options: CiInitOptions): Promise<number> {
  const repository = repositoryOf(context.cwd);
  const request = await requestOf(context, repository, command, options);
  const providers = options.provider === undefined ? await guessProviders(repository) : options.provider.map(providerOf);
  const { files, variables } = await filesOf(context, request, providers, repository);
  const include = lineToInclude(files, repository);
  if (options.stdout === true) return print(context, files, include);
  const statuses = await Promise.all(files.map((file) => statusOf(file, repository, options.force === true)));
  for (const [index, file] of files.entries()) if (statuses[index] === 'written') await write(file, repository);
  if (context.settings.json) {
    context.out(`${JSON.stringify({ files: files.map(({ path, provider }, index) => ({ path, provider, status: statuses[index] })), include, variables }, null, 2)}\n`);
    return exitCodes.done;
  }
  for (const [index, { path }] of files.entries()) context.out(`${join(repository, path)}   ${statuses[index]}\n`);
  if (include !== null) context.err(`  add this line to .gitlab-ci.yml:   ${include}\n`);
  for (const [provider, names] of Object.entries(variables)) if (names.length > 0) context.err(`  variables to set at ${provider === 'github' ? 'GitHub' : 'GitLab'}: ${names.join(', ')}\n`);
  context.err('  then commit it\n');
  return exitCodes.done;
}

async function requestOf(context: CliContext, repository: string, command: readonly string[], options: CiInitOptions): Promise<CiRequest> {
  const { environment, version } = context;
  // These flags are fields of a profile as well; there is no profile here that would read their twins.
  const list = (given: readonly string[] | undefined, twin: string | undefined): readonly string[] => [...new Set((given ?? [twin ?? '']).flatMap((text) => text.split(',')).map((word) => word.trim()))].filter((word) => word !== '');
  const or = (found: readonly string[], otherwise: string): readonly string[] => (found.length === 0 ? [otherwise] : found);
  if (command.some((word) => /[\r\n]/.test(word))) throw new UsageError('a command in a CI file is one line', "put it into a script: -- ./test.sh");
  if (options.rehearse === true && options.sweeper === true) throw new UsageError('--rehearse and --sweeper exclude each other: a simulated cloud is gone with its job');
  const distros = or(list(options.distro, environment.LABTUI_DISTRO), 'debian');
  const catalogue = openDistros(context, await context.loadClouds());
  for (const distro of (await namedDistros(distros, catalogue)).named) chooseDistro(catalogue, distro);
  const arches = list(options.arch, environment.LABTUI_ARCH);
  for (const arch of arches) if (!knownArches.some((known) => known === arch)) throw invalidInput(`"${arch}" is no architecture`, `one of ${knownArches.join(', ')}`);
  return {
    ...{ version, distros, arches },
    clouds: or(list(options.cloud, environment.LABTUI_CLOUD), 'aws'),
    command: command.length === 0 ? ['./test.sh'] : command,
    rehearse: options.rehearse === true,
    sweeper: options.sweeper === true,
    folder: relative(repository, context.cwd).split(sep).join('/') || '.',
  };
}

function providerOf(name: string): CiProvider {
  const provider = ciProviders.find((known) => known === name);
  if (provider === undefined) throw new UsageError(`"${name}" is no CI that labtui has files for${didYouMean(name, ciProviders)}`, `--provider ${ciProviders.join(' or ')}`);
  return provider;
}

interface Planned {
  readonly files: readonly CiFile[];
  /** What has to be set, by provider. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

async function filesOf(context: CliContext, request: CiRequest, providers: readonly CiProvider[], repository: string): Promise<Planned> {
  const clouds = await context.loadClouds();
  const facts = request.clouds.map((name) => clouds.factsOf(name.split(':')[0] ?? name));
  const accessOf = <T extends Access>(of: (cloud: string, how: { readonly onThisComputer: boolean; readonly arches: readonly string[] }) => T | null): readonly T[] =>
    [...new Set(request.rehearse ? [] : facts)].map(({ id, capabilities }) => {
      const access = of(id, { onThisComputer: capabilities.onThisComputer === true, arches: request.arches });
      if (access === null) throw invalidInput(`labtui has no login for ${id} in a CI`, `name others with --cloud, or try it first: labtui ci init --cloud ${request.clouds.join(',')} --rehearse`);
      return access;
    });
  const [github, gitlab] = [providers.includes('github') ? accessOf(githubAccess) : null, providers.includes('gitlab') ? accessOf(gitlabAccess) : null];
  if (request.sweeper && ![...(github ?? []), ...(gitlab ?? [])].some(({ federated }) => federated)) {
    throw invalidInput('there is nothing for a sweeper to look after: machines on the runner are gone with it', 'leave out --sweeper');
  }
  const names = (access: readonly Access[]): readonly string[] => access.flatMap(({ variables }) => variables);
  return {
    files: [...(github === null ? [] : githubFiles(request, github)), ...(gitlab === null ? [] : gitlabFiles(request, gitlab, repository))],
    variables: { ...(github === null ? {} : { github: names(github) }), ...(gitlab === null ? {} : { gitlab: names(gitlab) }) },
  };
}

function print(context: CliContext, files: readonly CiFile[], include: string | null): number {
  if (context.settings.json) context.out(`${JSON.stringify({ files: files.map(({ path, provider, content }) => ({ path, provider, status: 'printed', content })), include }, null, 2)}\n`);
  else context.out(files.map(({ path, content }) => `${files.length === 1 ? '' : `--- # ${path}\n`}${content}`).join(''));
  return exitCodes.done;
}

/** Refuses, before anything is written, where another file is in the way. */
async function statusOf({ path, content }: CiFile, repository: string, force: boolean): Promise<'written' | 'unchanged'> {
  const file = join(repository, path);
  const there = existsSync(file)
    ? await readFile(file, 'utf8').catch((error: unknown) => {
        throw diskProblem(error, file, 'see what it has: labtui ci init --stdout');
      })
    : null;
  if (there === content) return 'unchanged';
  if (there !== null && !force) throw new LabError({ kind: 'invalid-input', summary: `${file} exists and is another one`, hint: 'keep it, or write it anew: labtui ci init --force\nwhat it would be: labtui ci init --stdout' });
  return 'written';
}

async function write({ path, content }: CiFile, repository: string): Promise<void> {
  const file = join(repository, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await durableWrite(file, content, 0o644);
  } catch (error) {
    throw diskProblem(error, file, 'put it there yourself: labtui ci init --stdout');
  }
}
