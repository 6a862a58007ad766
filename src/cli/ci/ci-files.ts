import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { githubWorkflow, gitlabJob } from '../sweeper/ci-files.ts';
import type { CiProvider, CiRequest } from './ci-request.ts';
import type { GithubAccess } from './github-access.ts';
import { githubFile } from './github-file.ts';
import type { GitlabAccess } from './gitlab-access.ts';
import { gitlabFile } from './gitlab-file.ts';

/** A file as it is to be, its path below the repository's root. */
export interface CiFile {
  readonly provider: CiProvider;
  readonly path: string;
  readonly content: string;
}

const sweepMs = 15 * 60_000;

/** The workflow, and beside it that of the sweeper. */
export function githubFiles(request: CiRequest, access: readonly GithubAccess[]): readonly CiFile[] {
  const file = (name: string, content: string): CiFile => ({ provider: 'github', path: `.github/workflows/${name}.yml`, content });
  const first = `To be set first, Settings > Secrets and variables > Actions > Variables: ${access.flatMap(({ variables }) => variables).join(', ')}`;
  const signIn = {
    about: ['labtui ci init --provider github --sweeper', first] as const,
    federated: true,
    environment: access.flatMap(({ environment }) => environment),
    steps: access.filter(({ federated }) => federated).flatMap(({ steps }) => steps),
  };
  return [file('labtui', githubFile(request, access)), ...(request.sweeper ? [file('labtui-sweep', githubWorkflow(request.version, sweepMs, signIn))] : [])];
}

/** One file with the job, and that of the sweeper behind it: `.gitlab-ci.yml`, or what is to be included by the one that is there. */
export function gitlabFiles(request: CiRequest, access: readonly GitlabAccess[], repository: string): readonly CiFile[] {
  const login = access.filter(({ federated }) => federated);
  const signIn = {
    about: ['labtui ci init --provider gitlab --sweeper', `Its variables: ${login.flatMap(({ variables }) => variables).join(', ')}`] as const,
    tokens: login.flatMap(({ tokens }) => tokens),
    environment: login.flatMap(({ environment }) => environment),
    before: login.flatMap(({ before }) => before),
  };
  const content = [gitlabFile(request, access), ...(request.sweeper ? [gitlabJob(request.version, signIn)] : [])].join('\n');
  return [{ provider: 'gitlab', path: isOwnOrNone(join(repository, '.gitlab-ci.yml')) ? '.gitlab-ci.yml' : includedFile, content }];
}

/** Where the job goes in a project that has a .gitlab-ci.yml of its own. */
export const includedFile = '.gitlab/labtui.yml';

/** The line that is still to be added to .gitlab-ci.yml; null: none, or it is there. */
export function lineToInclude(files: readonly CiFile[], repository: string): string | null {
  if (!files.some(({ path }) => path === includedFile)) return null;
  return readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8').includes(includedFile) ? null : `include: ${includedFile}`;
}

function isOwnOrNone(file: string): boolean {
  return !existsSync(file) || /^# Written by labtui \S+: labtui ci init/.test(readFileSync(file, 'utf8'));
}
