import { describe, expect, it } from 'vitest';
import { readPower, setPower } from '../../../src/clouds/azure/power.ts';
import { armClient } from '../../../src/clouds/azure/arm-client.ts';
import { type Answers, fakeArm, hasty, ok, refuses } from './fake-arm.ts';
import { subscription } from './stack-inputs.ts';

const machine = '/resourceGroups/lab/providers/Microsoft.Compute/virtualMachines/vm';
const id = `/subscriptions/${subscription}${machine}`;
const power = (...words: readonly string[]) => () => ok({ statuses: [{ code: 'ProvisioningState/succeeded' }, ...words.map((word) => ({ code: `PowerState/${word}` }))] });

async function withArm<T>(answers: Answers, work: (arm: ReturnType<typeof armClient>) => Promise<T>): Promise<{ readonly answer: T; readonly asked: readonly string[] }> {
  const fake = await fakeArm(answers);
  try {
    const arm = armClient({ origin: fake.origin, accessToken: () => Promise.resolve('token'), port: hasty, signal: new AbortController().signal });
    return { answer: await work(arm), asked: [...fake.asked] };
  } finally {
    await fake.close();
  }
}

const set = (to: 'running' | 'stopped', answers: Answers) => withArm(answers, (arm) => setPower(arm, { instanceIds: [id], power: to, sleep: () => Promise.resolve(), signal: new AbortController().signal }));

describe("an Azure machine's power", () => {
  it.each([
    ['stopped', 'running', 'deallocate'],
    // A guest that shut itself down is billed as one that runs.
    ['stopped', 'stopped', 'deallocate'],
    ['running', 'deallocated', 'start'],
    ['running', 'stopped', 'start'],
  ] as const)('becomes %s from %s by %s, and the operation is waited for', async (to, word, action) => {
    const { asked } = await set(to, {
      [`GET ${machine}/instanceView`]: power(word),
      [`POST ${machine}/${action}`]: () => ({ status: 202, headers: { location: `/subscriptions/${subscription}/operations/1` } }),
      'GET /operations/1': (_, call) => ({ status: call < 3 ? 202 : 200 }),
    });
    expect(asked).toEqual([`GET ${machine}/instanceView`, `POST ${machine}/${action}`, 'GET /operations/1', 'GET /operations/1', 'GET /operations/1']);
  });

  it.each([
    ['stopped', 'deallocated'],
    ['running', 'running'],
  ] as const)('is left alone where it is so: %s', async (to, word) => {
    expect((await set(to, { [`GET ${machine}/instanceView`]: power(word) })).asked).toHaveLength(1);
  });

  it('of one that is on its way elsewhere is switched once that is over', async () => {
    const looks = ['deallocating', 'deallocating', 'deallocated'];
    const { asked } = await set('running', {
      [`GET ${machine}/instanceView`]: (_, call) => power(looks[Math.min(call, looks.length) - 1] ?? '')(),
      [`POST ${machine}/start`]: () => ({ status: 200 }),
    });
    expect(asked.at(-1)).toBe(`POST ${machine}/start`);
    expect(asked).toHaveLength(4);
  });

  it('of one that is gone is not found; a refusal is in the words of Azure', async () => {
    await expect(set('stopped', { [`GET ${machine}/instanceView`]: () => refuses(404, 'ResourceNotFound') })).rejects.toMatchObject({ problem: { kind: 'not-found' } });
    const forbidden = { [`GET ${machine}/instanceView`]: power('running'), [`POST ${machine}/deallocate`]: () => refuses(403, 'AuthorizationFailed') };
    await expect(set('stopped', forbidden)).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });

  it('is read in the words of all clouds, without those that are gone', async () => {
    const other = machine.replace(/vm$/, 'other');
    const { answer } = await withArm({ [`GET ${machine}/instanceView`]: power('deallocating'), [`GET ${other}/instanceView`]: () => refuses(404, 'ResourceNotFound') }, (arm) => readPower(arm, [id, `/subscriptions/${subscription}${other}`]));
    expect([...answer]).toEqual([[id, 'stopping']]);
    const silent = await withArm({ [`GET ${machine}/instanceView`]: power() }, (arm) => readPower(arm, [id]));
    expect([...silent.answer]).toEqual([[id, 'unknown']]);
  });
});
