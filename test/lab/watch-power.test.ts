import { describe, expect, it } from 'vitest';
import type { InstanceState, Host } from '../../src/core/events.ts';
import { watchPower } from '../../src/lab/watch-power.ts';
import { sampleStack } from '../sessions/sample-record.ts';
import { fakeLab } from '../support/fake-lab.ts';
import { hostAt } from '../support/lab-session.ts';

/** What the cloud answers, one after the other and the last for ever; `silent`: it does not. */
type Answer = Readonly<Record<string, InstanceState>> | 'silent';

async function watched(hosts: readonly Host[], answers: readonly Answer[]): Promise<{ readonly states: readonly (InstanceState | null)[]; readonly aborted: readonly boolean[]; readonly asked: number; readonly closed: number }> {
  const { ports } = fakeLab();
  let [asked, closed, slept] = [0, 0, 0];
  let over: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (over = resolve));
  const cloud: typeof ports.cloud = (id) => {
    const known = ports.cloud(id);
    const readPower = () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? 'silent';
      return answer === 'silent' ? Promise.reject(new Error('no answer')) : Promise.resolve(new Map(Object.entries(answer)));
    };
    return {
      ...known,
      loadApi: async (target) => {
        const api = await known.loadApi?.(target);
        if (api === undefined) throw new Error('the fake cloud has no API');
        return { ...api, readPower, close: () => void (closed += 1) };
      },
    };
  };
  // Time passes only as often as there are answers, and once more.
  const sleep: typeof ports.sleep = (_ms, signal) =>
    slept++ < answers.length ? Promise.resolve() : new Promise((resolve) => { signal?.addEventListener('abort', () => resolve()); over(); });
  const watch = watchPower(sampleStack().plan, hosts, { ports: { cloud, sleep } });
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 500))]);
  const states = hosts.map(watch.stateOf);
  const aborted = hosts.map((host) => watch.ended(host).aborted);
  watch.close();
  await new Promise((resolve) => setImmediate(resolve));
  return { states, aborted, asked, closed };
}

const [one, two] = [hostAt('lab-1', '192.0.2.1', { instanceId: 'i-1' }), hostAt('lab-2', '192.0.2.2', { instanceId: 'i-2' })];

describe('a machine that is waited for', () => {
  it.each([
    ['runs', [{ 'i-1': 'running' }], null],
    ['is missed once, as one that was just made may be', [{}, { 'i-1': 'pending' }, {}, { 'i-1': 'running' }], null],
    ['cannot be asked for', ['silent', 'silent', 'silent'], null],
    ['is off', [{ 'i-1': 'running' }, { 'i-1': 'stopping' }, { 'i-1': 'stopped' }], 'stopped'],
    ['is gone, and the cloud was silent meanwhile', [{}, 'silent', {}], 'terminated'],
  ] as const)('%s', async (_what, answers, state) => {
    expect(await watched([one], answers)).toEqual({ states: [state], aborted: [state !== null], asked: answers.length, closed: 1 });
  });

  it('ends alone, and nobody asks for it any more', async () => {
    const answers = [{ 'i-2': 'running' }, { 'i-2': 'running' }, { 'i-1': 'running', 'i-2': 'running' }] as const;
    expect(await watched([one, two], answers)).toMatchObject({ states: ['terminated', null], aborted: [true, false], asked: 3 });
  });

  it('is not asked for where its cloud cannot be asked', async () => {
    const { ports } = fakeLab();
    let slept = 0;
    const watch = watchPower(sampleStack().plan, [one], { ports: { cloud: ports.cloud, sleep: () => Promise.resolve(void (slept += 1)) } });
    await new Promise((resolve) => setImmediate(resolve));
    expect([watch.stateOf(one), slept]).toEqual([null, 1]);
  });
});
