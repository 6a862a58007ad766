import { describe, expect, it } from 'vitest';
import { setPower } from '../../../src/clouds/aws/power.ts';
import { awsError, type Ec2Answers, fakeEc2, filterOf } from './fake-ec2.ts';

type Described = Readonly<Record<string, string | { readonly name: string; readonly reason: string }>>;

/** States by instance id, look by look; the last look repeats. */
function instances(...looks: readonly [Described, ...Described[]]): Ec2Answers['DescribeInstances'] {
  let look = 0;
  return (input) => {
    const seen = looks[Math.min(look++, looks.length - 1)] ?? {};
    const found = Object.entries(seen).filter(([id]) => filterOf(input, 'instance-id').includes(id));
    return { Reservations: found.map(([InstanceId, state]) => ({ Instances: [{ InstanceId, State: { Name: typeof state === 'string' ? state : state.name }, ...(typeof state === 'string' ? {} : { StateReason: { Code: state.reason, Message: 'EC2 says so' } }) }] })) };
  };
}

const set = (answers: Ec2Answers, power: 'running' | 'stopped', instanceIds: readonly string[] = ['i-1'], signal = new AbortController().signal) => {
  const { ec2, asked } = fakeEc2(answers);
  return { done: setPower(ec2, { instanceIds, power, sleep: () => Promise.resolve(), signal }), changes: () => asked.filter(({ command }) => command !== 'DescribeInstances').map(({ command, input }) => [command, input.InstanceIds]) };
};

describe("an EC2 instance's power", () => {
  it('is switched for those that are not so yet, in one call, and waited for', async () => {
    const { done, changes } = set({ DescribeInstances: instances({ 'i-1': 'running', 'i-2': 'stopped', 'i-3': 'running' }, { 'i-1': 'stopping', 'i-2': 'stopped', 'i-3': 'stopping' }, { 'i-1': 'stopped', 'i-2': 'stopped', 'i-3': 'stopped' }), StopInstances: () => ({}) }, 'stopped', ['i-1', 'i-2', 'i-3']);
    await done;
    expect(changes()).toEqual([['StopInstances', ['i-1', 'i-3']]]);
  });

  it('is left alone where it is so', async () => {
    const { done, changes } = set({ DescribeInstances: instances({ 'i-1': 'running' }) }, 'running');
    await done;
    expect(changes()).toEqual([]);
  });

  it('is switched once an instance has come to where it was going', async () => {
    const { done, changes } = set({ DescribeInstances: instances({ 'i-1': 'stopping' }, { 'i-1': 'stopped' }, { 'i-1': 'pending' }, { 'i-1': 'running' }), StartInstances: () => ({}) }, 'running');
    await done;
    expect(changes()).toEqual([['StartInstances', ['i-1']]]);
  });

  it('that EC2 takes back for want of room is a lack of capacity', async () => {
    const { done } = set({ DescribeInstances: instances({ 'i-1': 'stopped' }, { 'i-1': 'pending' }, { 'i-1': { name: 'stopped', reason: 'Server.InsufficientInstanceCapacity' } }), StartInstances: () => ({}) }, 'running');
    await expect(done).rejects.toMatchObject({ problem: { kind: 'capacity', code: 'InsufficientInstanceCapacity', retryable: true } });
  });

  it('of one that is gone is not found, and nothing is switched', async () => {
    const { done, changes } = set({ DescribeInstances: instances({ 'i-1': 'running', 'i-2': 'terminated' }) }, 'stopped', ['i-1', 'i-2', 'i-3']);
    await expect(done).rejects.toMatchObject({ problem: { kind: 'not-found', summary: 'i-2, i-3 is gone from AWS' } });
    expect(changes()).toEqual([]);
  });

  it('is refused in the words of EC2', async () => {
    const { done } = set(
      {
        DescribeInstances: instances({ 'i-1': 'running' }),
        StopInstances: () => {
          throw awsError('UnauthorizedOperation', 'You are not authorized to perform this operation.');
        },
      },
      'stopped',
    );
    await expect(done).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });

  it('is not waited for once nobody waits, nor for ever', async () => {
    const answers = { DescribeInstances: instances({ 'i-1': 'running' }, { 'i-1': 'stopping' }), StopInstances: () => ({}) };
    const stopped = new AbortController();
    stopped.abort();
    await expect(set(answers, 'stopped', ['i-1'], stopped.signal).done).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
    await expect(set(answers, 'stopped').done).rejects.toMatchObject({ problem: { kind: 'conflict', summary: 'i-1 is not stopped after a long while' } });
  });
});
