import { describe, expect, it } from 'vitest';
import { consoleOutput } from '../../../src/clouds/aws/console-output.ts';
import { awsError, fakeEc2 } from './fake-ec2.ts';

const output = (text: string) => ({ Output: Buffer.from(text).toString('base64') });
const notLatest = () => {
  throw awsError('UnsupportedOperation', 'This instance type does not support retrieving the latest console logs. Supported instance types can be found in the documentation.');
};

describe("an instance's console", () => {
  it('is read as it is now', async () => {
    const { ec2, asked } = fakeEc2({ GetConsoleOutput: () => output('Linux version 6.8 · grüße\r\n') });
    expect(await consoleOutput(ec2, 'i-1')).toBe('Linux version 6.8 · grüße\r\n');
    expect(asked).toEqual([{ command: 'GetConsoleOutput', input: { InstanceId: 'i-1', Latest: true } }]);
  });

  it('is read as EC2 kept it where the type shows nothing newer, or the instance has ended', async () => {
    for (const latest of [notLatest, () => ({})]) {
      const { ec2, asked } = fakeEc2({ GetConsoleOutput: ({ Latest }) => (Latest === true ? latest() : output('kept')) });
      expect(await consoleOutput(ec2, 'i-1')).toBe('kept');
      expect(asked.map(({ input }) => input.Latest)).toEqual([true, undefined]);
    }
  });

  it('is empty before the first output', async () => {
    const { ec2 } = fakeEc2({ GetConsoleOutput: () => ({ InstanceId: 'i-1' }) });
    expect(await consoleOutput(ec2, 'i-1')).toBe('');
  });

  it('is refused in the words of EC2', async () => {
    const refused = (code: string) =>
      fakeEc2({
        GetConsoleOutput: () => {
          throw awsError(code, code);
        },
      }).ec2;
    await expect(consoleOutput(refused('UnauthorizedOperation'), 'i-1')).rejects.toMatchObject({ problem: { kind: 'permission' } });
    await expect(consoleOutput(refused('InvalidInstanceID.NotFound'), 'i-1')).rejects.toMatchObject({ problem: { code: 'InvalidInstanceID.NotFound' } });
    await expect(consoleOutput(refused('UnsupportedOperation'), 'i-1')).rejects.toMatchObject({ problem: { code: 'UnsupportedOperation' } });
  });
});
