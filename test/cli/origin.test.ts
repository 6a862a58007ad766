import { hostname, userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { originOf } from '../../src/library/origin.ts';

describe('who an event names', () => {
  it('is the user and the computer, with this labtui; outside of a CI no job', () => {
    expect(originOf({ version: '0.1.0', environment: { CI: 'false' } })).toEqual({ who: `${userInfo().username}@${hostname()}`, labtui: '0.1.0' });
  });

  it.each([
    [{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'org/repo', GITHUB_RUN_ID: '123' }, 'github:org/repo run 123'],
    [{ CI: 'true', GITLAB_CI: 'true', CI_PROJECT_PATH: 'group/project', CI_JOB_ID: '9' }, 'gitlab:group/project job 9'],
    [{ TF_BUILD: 'True', SYSTEM_TEAMPROJECT: 'p', BUILD_BUILDID: '4' }, 'azure-pipelines:p build 4'],
    [{ JENKINS_URL: 'https://ci.example', JOB_NAME: 'nightly', BUILD_NUMBER: '77' }, 'jenkins:nightly build 77'],
    [{ CI: '1' }, 'unknown'],
  ])('%j is %s', (environment, ci) => {
    expect(originOf({ version: '0.1.0', environment }).ci).toBe(ci);
  });
});
