import { join } from 'node:path/posix';
import { shellLine } from '../../core/shell-word.ts';
import { type CiRequest, jobMinutes, junitFile, runMinutes } from './ci-request.ts';
import type { GitlabAccess } from './gitlab-access.ts';
import { cleanupLine, indented, installLines, runLine } from './labtui-lines.ts';

/** A job of GitLab CI/CD: labs, the command in each, its results, and nothing left. */
export function gitlabFile(request: CiRequest, access: readonly GitlabAccess[]): string {
  const variables = access.flatMap((login) => login.variables);
  const tokens = access.flatMap((login) => login.tokens);
  return [
    `# Written by labtui ${request.version}: labtui ci init --provider gitlab\n`,
    '# One lab for each combination, the command in each, and nothing left.\n',
    ...(variables.length === 0 ? [] : [`# To be set first, Settings > CI/CD > Variables: ${variables.join(', ')}\n`]),
    `labtui:
  image: node:22-bookworm
  timeout: ${jobMinutes} minutes
  resource_group: labtui-$CI_COMMIT_REF_SLUG
  rules:
    # The schedule of a sweeper is another job's.
    - if: $LABTUI_SWEEP == "1"
      when: never
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "web"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
`,
    ...(tokens.length === 0 ? [] : ['  id_tokens:\n', indented(tokens, 4)]),
    '  variables:\n',
    indented(
      [
        '# Together less than the job has: what cleans up is to have its time in any case.',
        `RUNNER_SCRIPT_TIMEOUT: ${runMinutes}m`,
        `RUNNER_AFTER_SCRIPT_TIMEOUT: ${jobMinutes - runMinutes - 5}m`,
        ...access.flatMap((login) => login.environment),
      ],
      4,
    ),
    '  before_script:\n',
    indented([...access.flatMap((login) => login.before), ...installLines(request.version).map((line) => `- ${line}`)], 4),
    '  script:\n',
    ...(request.folder === '.' ? [] : [indented(['- |', `  ${shellLine(['cd', request.folder])}`], 4)]),
    indented(['- |', `  ${runLine(request)}`], 4),
    indented(
      [
        ...['# Also after a failure, and when the job was cancelled.', 'after_script:', `  - ${cleanupLine}`],
        ...['artifacts:', '  when: always', '  reports:', `    junit: ${JSON.stringify(join(request.folder, junitFile))}`],
      ],
      2,
    ),
  ].join('');
}
