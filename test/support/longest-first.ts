import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The test files that take longest, longest first. What is not here follows. Vitest itself begins with the largest file, which says
 * little: the last one to begin decides when all is done.
 */
const longest: readonly string[] = [
  'e2e/life',
  'e2e/rehearsal-faults',
  'e2e/aws-provider',
  'e2e/rehearsal-differential',
  'clouds/gcp/stack.e2e',
  'rehearsal/aws/aws-terraform',
  'e2e/rehearsal-life',
  'e2e/chaos',
  'ssh/ready',
  'clouds/contract',
  'cli/commands',
  'ssh/exec',
  'terraform/orphan',
  'terraform/cache-lock',
  'rehearsal/guests/guest.',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.includes(`/test/${name}`));
      return at === -1 ? longest.length : at;
    };
    return usual.sort((a, b) => rank(a) - rank(b));
  }
}
