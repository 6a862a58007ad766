import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { invalidInput } from '../../core/errors.ts';

const minuteMs = 60_000;
/** GitHub starts no schedule more often (its documentation of `on.schedule`). */
const leastMinutes = 5;

/** The repository that a directory is in; the directory itself where it is in none. */
export function repositoryOf(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

/** `.github/workflows/labtui-sweep.yml` of the repository that a directory is in; of the directory itself where it is in none. */
export function workflowFile(cwd: string): string {
  return join(repositoryOf(cwd), '.github', 'workflows', 'labtui-sweep.yml');
}

/** How a sweep signs in: lines of its workflow or job. */
export interface GithubSignIn {
  /** The command that wrote it, and what is to be done first. */
  readonly about: readonly [writtenBy: string, first: string];
  readonly federated: boolean;
  readonly environment: readonly string[];
  readonly steps: readonly string[];
}

const bySecrets: GithubSignIn = {
  about: ['labtui sweeper install --github', 'Add as secrets what your clouds want, and take out the rest.'],
  federated: false,
  environment: [
    'AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}',
    'AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}',
    'ARM_TENANT_ID: ${{ secrets.ARM_TENANT_ID }}',
    'ARM_CLIENT_ID: ${{ secrets.ARM_CLIENT_ID }}',
    'ARM_CLIENT_SECRET: ${{ secrets.ARM_CLIENT_SECRET }}',
    'ARM_SUBSCRIPTION_ID: ${{ secrets.ARM_SUBSCRIPTION_ID }}',
    'GOOGLE_CREDENTIALS: ${{ secrets.GOOGLE_CREDENTIALS }}',
  ],
  steps: [],
};

/** A workflow of GitHub Actions that ends what has expired, found by tag. It needs nothing of the repository, and by itself no action of others. */
export function githubWorkflow(version: string, intervalMs: number, { about, federated, environment, steps }: GithubSignIn = bySecrets): string {
  const [writtenBy, first] = about;
  return `# Written by labtui ${version}: ${writtenBy}
# Ends the labs of this repository that have passed their deadline, in every cloud there are credentials for. They are found by tag:
# no sessions directory is needed. ${first}
name: labtui sweep
on:
  schedule:
    - cron: '${githubTimes(intervalMs)}'
  workflow_dispatch:
permissions: ${federated ? '{ id-token: write }' : '{}'}
concurrency:
  group: labtui-sweep
  cancel-in-progress: false
jobs:
  sweep:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    steps:
      - name: Install labtui
        run: npm install --global --ignore-scripts labtui@${version}
${steps.map((line) => `      ${line}\n`).join('')}      - name: End what has expired
        run: labtui cleanup --sweep --auto-approve --plain
${environment.length === 0 ? '' : `        env:\n${environment.map((line) => `          ${line}\n`).join('')}`}`;
}

export interface GitlabSignIn {
  readonly about: readonly [writtenBy: string, first: string];
  readonly tokens: readonly string[];
  readonly environment: readonly string[];
  readonly before: readonly string[];
}

const byVariables: GitlabSignIn = {
  about: ['labtui sweeper install --gitlab', "The clouds' credentials: masked variables of the project."],
  ...{ tokens: [], environment: [], before: [] },
};

/** A job for .gitlab-ci.yml that does the same, in scheduled pipelines that ask for it. */
export function gitlabJob(version: string, { about, tokens, environment, before }: GitlabSignIn = byVariables): string {
  const [writtenBy, first] = about;
  const lines = (found: readonly string[]): string => found.map((line) => `    ${line}\n`).join('');
  return `# Written by labtui ${version}: ${writtenBy}
# Ends the labs of this project that have passed their deadline, in every cloud there are credentials for. Its schedule: Build >
# Pipeline schedules, with the variable LABTUI_SWEEP=1. ${first}
labtui-sweep:
  image: node:22-bookworm-slim
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $LABTUI_SWEEP == "1"
  resource_group: labtui-sweep
  timeout: 1 hour
${tokens.length === 0 ? '' : `  id_tokens:\n${lines(tokens)}`}  variables:
    GIT_STRATEGY: none
${lines(environment)}${before.length === 0 ? '' : `  before_script:\n${lines(before)}`}  script:
    - npm install --global --ignore-scripts labtui@${version}
    - labtui cleanup --sweep --auto-approve --plain
`;
}

/** Beside the full hour, when everybody else's schedules start. */
function githubTimes(intervalMs: number): string {
  const minutes = intervalMs / minuteMs;
  if (!Number.isInteger(minutes) || minutes < leastMinutes || (minutes < 60 ? 60 % minutes !== 0 : minutes % 60 !== 0 || 24 % (minutes / 60) !== 0)) {
    throw invalidInput('GitHub Actions cannot keep this interval', 'five minutes or more, dividing an hour or a day: --interval 5m, 15m, 30m, 1h, 6h');
  }
  const first = 7 % minutes;
  if (minutes < 60) return `${Array.from({ length: 60 / minutes }, (_, index) => first + index * minutes).join(',')} * * * *`;
  return minutes === 60 ? `${first} * * * *` : minutes === 1_440 ? `${first} 3 * * *` : `${first} */${minutes / 60} * * *`;
}
