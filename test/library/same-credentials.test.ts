import { describe, expect, it } from 'vitest';
import { withSameCredentials } from '../../src/library/same-credentials.ts';
import { fakeCloud } from '../support/fake-cloud.ts';
import { awsFacts } from '../../src/clouds/aws/facts.ts';

describe("a cloud's API client, which reads the variables of the process", () => {
  const cloud = { ...fakeCloud(awsFacts), environment: ['AWS_*', 'PROJECT'] };
  const target = { settings: {}, region: 'eu-west-1' } as const;
  const asked = (given: Readonly<Record<string, string>>, ofProcess: Readonly<Record<string, string>>) => withSameCredentials(cloud, given, ofProcess).loadApi?.(target);

  it('is not asked where Terraform would act for another account', async () => {
    await expect(asked({ AWS_PROFILE: 'work' }, {})).rejects.toMatchObject({ kind: 'credentials', summary: expect.stringContaining('AWS_PROFILE') as string });
    await expect(asked({}, { AWS_PROFILE: 'work' })).rejects.toMatchObject({ kind: 'credentials' });
    await expect(asked({ PROJECT: 'a' }, { PROJECT: 'b' })).rejects.toMatchObject({ kind: 'credentials' });
  });

  it('is asked where both have the same, whatever else differs', async () => {
    await expect(asked({ AWS_PROFILE: 'work', PATH: '/a', PROJECT_2: 'a' }, { AWS_PROFILE: 'work', HOME: '/b' })).resolves.toBeDefined();
  });
});
