import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { asked, type Ec2, hasCode } from './ec2-calls.ts';

/**
 * What an instance has written to its console, the last 64 KB; empty before its first output. As it is now where the type is a Nitro
 * one; else, and for an instance that has ended, as EC2 kept it at the last change of state (EC2 user guide, "Instance console output").
 */
export async function consoleOutput(ec2: Ec2, instanceId: string): Promise<string> {
  return (await outputOf(ec2, instanceId, true)) ?? (await outputOf(ec2, instanceId, false)) ?? '';
}

/** null: nothing, or the type keeps no latest output. */
async function outputOf(ec2: Ec2, InstanceId: string, latest: boolean): Promise<string | null> {
  try {
    const { Output = '' } = await asked(ec2.send(new GetConsoleOutputCommand({ InstanceId, ...(latest ? { Latest: true } : {}) })));
    return Output === '' ? null : Buffer.from(Output, 'base64').toString('utf8');
  } catch (error) {
    if (latest && hasCode(error, 'UnsupportedOperation')) return null;
    throw error;
  }
}
