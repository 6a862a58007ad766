import { hostname } from 'node:os';
import type { EventOrigin } from '../core/events.ts';
import type { LabContext } from './context.ts';
import { userName } from './user-name.ts';

type Environment = LabContext['environment'];

/** Each CI's own variables, as its documentation has them: what marks it, and what names the job. */
const systems: readonly { readonly marker: string; readonly name: string; readonly job: (environment: Environment) => readonly (string | undefined)[] }[] = [
  { marker: 'GITHUB_ACTIONS', name: 'github', job: (env) => [env.GITHUB_REPOSITORY, 'run', env.GITHUB_RUN_ID] },
  { marker: 'GITLAB_CI', name: 'gitlab', job: (env) => [env.CI_PROJECT_PATH, 'job', env.CI_JOB_ID] },
  { marker: 'TF_BUILD', name: 'azure-pipelines', job: (env) => [env.SYSTEM_TEAMPROJECT, 'build', env.BUILD_BUILDID] },
  { marker: 'JENKINS_URL', name: 'jenkins', job: (env) => [env.JOB_NAME, 'build', env.BUILD_NUMBER] },
  { marker: 'CIRCLECI', name: 'circleci', job: (env) => [env.CIRCLE_PROJECT_REPONAME, 'build', env.CIRCLE_BUILD_NUM] },
  { marker: 'BUILDKITE', name: 'buildkite', job: (env) => [env.BUILDKITE_PIPELINE_SLUG, 'build', env.BUILDKITE_BUILD_NUMBER] },
];

/** Who is at work here, for the audit trail: the user and the computer, the CI job where it is one, and this labtui. */
export function originOf({ environment, version }: Pick<LabContext, 'environment' | 'version'>): EventOrigin {
  const ci = ciJob(environment);
  return { who: `${userName()}@${hostname()}`, ...(ci === null ? {} : { ci }), labtui: version };
}

function ciJob(environment: Environment): string | null {
  const system = systems.find(({ marker }) => isSet(environment[marker]));
  if (system !== undefined) {
    const [place, word, number] = system.job(environment);
    return `${system.name}:${place ?? 'unknown'}${isSet(number) ? ` ${word ?? ''} ${number ?? ''}` : ''}`;
  }
  return isSet(environment.CI) && environment.CI !== 'false' ? 'unknown' : null;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
