import { join } from 'node:path/posix';
import { type CiRequest, jobMinutes, junitFile, runMinutes } from './ci-request.ts';
import type { GithubAccess } from './github-access.ts';
import { cleanupLine, indented, installLines, runLine } from './labtui-lines.ts';

/** A workflow of GitHub Actions: labs, the command in each, its results, and nothing left. */
export function githubFile(request: CiRequest, access: readonly GithubAccess[]): string {
  const variables = access.flatMap((login) => login.variables);
  const environment = access.flatMap((login) => login.environment);
  const federated = access.some((login) => login.federated);
  return [
    `# Written by labtui ${request.version}: labtui ci init --provider github\n`,
    '# One lab for each combination, the command in each, and nothing left.\n',
    ...(variables.length === 0 ? [] : [`# To be set first, Settings > Secrets and variables > Actions > Variables: ${variables.join(', ')}\n`]),
    `name: labtui
on:
  push:
    branches: [main, master]
  pull_request:
  workflow_dispatch:
permissions:
  contents: read
${federated ? '  id-token: write\n' : ''}# A run that is begun ends by itself: one that is cut short has less time to clean up.
concurrency:
  group: labtui-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  labs:
`,
    ...(federated
      ? ['    # GitHub lets a pull request from a fork sign in nowhere.\n', '    if: github.event_name != \'pull_request\' || github.event.pull_request.head.repo.full_name == github.repository\n']
      : []),
    `    runs-on: ubuntu-24.04
    timeout-minutes: ${jobMinutes}
`,
    ...(request.folder === '.' ? [] : [indented(['defaults:', '  run:', `    working-directory: ${JSON.stringify(request.folder)}`], 4)]),
    ...(environment.length === 0 ? [] : ['    env:\n', indented(environment, 6)]),
    '    steps:\n',
    indented(['- name: Fetch the repository', '  uses: actions/checkout@v6', '  with:', '    persist-credentials: false', '- name: Install labtui and Terraform', '  run: |'], 6),
    indented(installLines(request.version), 10),
    indented(access.flatMap((login) => login.steps), 6),
    indented(['- name: Run', `  timeout-minutes: ${runMinutes}`, '  run: |', `    ${runLine(request)}`], 6),
    indented(
      [
        ...['- name: Keep the results', '  if: always()', '  uses: actions/upload-artifact@v7', '  with:', '    name: labtui', `    path: ${JSON.stringify(join(request.folder, junitFile))}`],
        ...['# Also after a failure, and when the run was cancelled.', '- name: Leave nothing', '  if: always()', `  run: ${cleanupLine}`],
      ],
      6,
    ),
  ].join('');
}
