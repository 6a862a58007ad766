import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CiProvider, ciProviders } from './ci-request.ts';

/** Which CIs a repository has to do with, by its files and where it is pushed to; all that there are where nothing tells. */
export async function guessProviders(repository: string): Promise<readonly CiProvider[]> {
  const hosts = await remoteHosts(repository);
  const files: Readonly<Record<CiProvider, string>> = { github: '.github', gitlab: '.gitlab-ci.yml' };
  const found = ciProviders.filter((provider) => existsSync(join(repository, files[provider])) || hosts.some((host) => host.split('.').includes(provider)));
  return found.length === 0 ? ciProviders : found;
}

/** The hosts of git's remotes: of `https://host/..`, `ssh://user@host/..`, `user@host:..`. */
async function remoteHosts(repository: string): Promise<readonly string[]> {
  // A worktree has a file in this place, a folder without a repository nothing.
  const config = await readFile(join(repository, '.git', 'config'), 'utf8').catch(() => '');
  return [...config.matchAll(/^\s*(?:push)?url\s*=\s*(?:[a-z+]+:\/\/)?(?:[^@/\s]*@)?([^/:\s]+)/gim)].map(([, host = '']) => host.toLowerCase());
}
