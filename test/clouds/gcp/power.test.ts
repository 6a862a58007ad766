import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeCompute, fakeCompute, refusal, type Route } from './fake-compute.ts';

const machine = 'projects/my-labs/zones/europe-west1-b/instances/vm';
const operation = (status: string, more: object = {}) => ({ name: 'op', status, selfLink: 'https://www.googleapis.com/compute/v1/projects/my-labs/zones/europe-west1-b/operations/op', ...more });

let compute: FakeCompute;
beforeEach(async () => {
  compute = await fakeCompute();
});
afterEach(() => compute.close());

/** The machine's status, look by look; the last one repeats. */
const looks = (...statuses: readonly string[]): Route => (_, times) => ({ name: 'vm', status: statuses[Math.min(times, statuses.length) - 1] });

async function set(power: 'running' | 'stopped', routes: Readonly<Record<string, Route>>): Promise<readonly string[]> {
  for (const [route, answer] of Object.entries(routes)) compute.routes.set(route, answer);
  const api = await compute.open();
  try {
    await api.setPower?.([machine], power, new AbortController().signal);
  } finally {
    api.close();
  }
  return compute.asked.filter(({ method }) => method === 'POST').map(({ path }) => path.slice(machine.length));
}

describe("a Compute Engine machine's power", () => {
  it.each([
    ['stopped', 'RUNNING', 'stop'],
    ['running', 'TERMINATED', 'start'],
    // Its memory is kept: a start is refused.
    ['running', 'SUSPENDED', 'resume'],
  ] as const)('becomes %s from %s by %s, and the operation is waited for', async (power, status, method) => {
    const done = await set(power, {
      [`GET ${machine}`]: looks(status),
      [`POST ${machine}/${method}`]: () => operation('RUNNING'),
      'GET projects/my-labs/zones/europe-west1-b/operations/op': (_, times) => operation(times < 3 ? 'RUNNING' : 'DONE'),
    });
    expect(done).toEqual([`/${method}`]);
    expect(compute.asked.filter(({ path }) => path.endsWith('/operations/op'))).toHaveLength(3);
  });

  it('is left alone where it is so, also once a machine has come to it by itself', async () => {
    expect(await set('stopped', { [`GET ${machine}`]: looks('STOPPING', 'STOPPING', 'TERMINATED') })).toEqual([]);
    expect(await set('running', { [`GET ${machine}`]: looks('RUNNING') })).toEqual([]);
  });

  it('that its operation fails with is the reason', async () => {
    const failed = set('running', {
      [`GET ${machine}`]: looks('TERMINATED'),
      [`POST ${machine}/start`]: () => operation('DONE', { error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: "The zone 'projects/my-labs/zones/europe-west1-b' does not have enough resources available to fulfill the request." }] } }),
    });
    await expect(failed).rejects.toMatchObject({ problem: { kind: 'capacity' } });
  });

  it('of one that is gone is not found; a refusal is in the words of Google Cloud', async () => {
    await expect(set('stopped', {})).rejects.toMatchObject({ problem: { kind: 'not-found', summary: `${machine} is gone from Google Cloud` } });
    const forbidden = { [`GET ${machine}`]: looks('RUNNING'), [`POST ${machine}/stop`]: () => refusal(403, 'forbidden', "Required 'compute.instances.stop' permission for 'vm'") };
    await expect(set('stopped', forbidden)).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });
});
