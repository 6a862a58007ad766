import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../src/core/session.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, resultOf, simulatedClouds } from '../support/rehearsal.ts';

const skip = skipLoudly('stop and start in the rehearsal', await missingTools(['terraform']));

/** The clouds whose machines keep their public address, and what goes on costing. */
const keepsAddress = (cloud: string): boolean => cloud === 'azure';

describe.skipIf(skip)('a lab that is stopped and started on simulated clouds, with the real Terraform', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());

  const recordOf = (session: string) => JSON.parse(readFileSync(join(place.sessions, session, 'session.json'), 'utf8')) as SessionRecord;

  it.each(simulatedClouds)('on %s: stop, list, a refused exec, start at its new address under the old host key, restart, destroy', async (cloud) => {
    const { session, ...applied } = await applyRehearsed(place, { name: `power-${cloud}`, cloud });
    const before = resultOf(applied).hosts[0];
    const pinned = readFileSync(join(place.sessions, session, 'ssh/known_hosts'), 'utf8');

    const stopped = resultOf(await place.run(['stop', session, '--json']));
    expect(stopped).toMatchObject({ ok: true, exitCode: 0, phase: 'stopping', hosts: [{ state: 'stopped', publicIp: keepsAddress(cloud) ? before?.publicIp : null }] });
    expect(stopped.stillBilled).toMatchObject([{ stack: cloud, machines: 1, parts: keepsAddress(cloud) ? ['disks', 'addresses'] : ['disks'], unknownCosts: [] }]);
    expect(stopped.protectedBy).not.toContain('guest');
    const [row] = (await place.run(['list', '--json'])).json() as readonly { readonly id: string; readonly state: string; readonly hourlyCost: number; readonly presentHourlyCost: number }[];
    expect(row).toMatchObject({ id: session, state: 'stopped', presentHourlyCost: stopped.stillBilled?.[0]?.hourlyCost });
    expect(row?.presentHourlyCost).toBeLessThan(row?.hourlyCost ?? 0);
    expect((await place.run(['list'])).stdout).toContain('○ stopped');
    expect(await place.run(['exec', session, '--', 'hostname'])).toMatchObject({ exitCode: 6, stderr: expect.stringContaining(`labtui start ${session}`) as string });
    expect(await place.run(['apply', '--session', session, '-y'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(`labtui start ${session}`) as string });
    // A stopped machine is no drift: nothing would make it anew.
    expect(await place.run(['verify', session])).toMatchObject({ exitCode: 0 });
    const again = await place.run(['stop', session]);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('stopped already')]);
    expect(again.stdout).toContain('still billed: disk');

    const started = resultOf(await place.run(['start', session, '--json']));
    expect(started).toMatchObject({ ok: true, phase: 'ready', hosts: [{ state: 'running', stage: 'ready', hostKeyFingerprint: before?.hostKeyFingerprint }], stillBilled: [] });
    const after = started.hosts[0];
    expect(after?.publicIp).toMatch(/^198\./);
    expect(after?.publicIp === before?.publicIp).toBe(keepsAddress(cloud));
    expect(readFileSync(join(place.sessions, session, 'ssh/known_hosts'), 'utf8')).toBe(pinned);
    expect(readFileSync(join(place.sessions, session, 'ssh/config'), 'utf8')).toContain(`HostName ${after?.publicIp ?? ''}\n`);
    expect(await place.run(['exec', session, '--', 'echo', 'awake'])).toMatchObject({ exitCode: 0, stdout: 'awake\n' });
    expect(await place.run(['ssh', session, '--', 'echo', 'too'])).toMatchObject({ exitCode: 0, stdout: 'too\n' });
    expect(recordOf(session).protection).toMatchObject({ by: expect.arrayContaining(['guest']) as string[] });

    expect(resultOf(await place.run(['restart', session, '--json']))).toMatchObject({ ok: true, phase: 'ready', hosts: [{ stage: 'ready' }] });
    expect((await place.run(['exec', session, '--', 'true'])).exitCode).toBe(0);
    expect(resultOf(await place.run(['destroy', session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
    expect(await leftInClouds(place, session)).toEqual([]);
  });

  it('one machine of two; who it is not; what a cloud has done by itself', async () => {
    const { session } = await applyRehearsed(place, { name: 'some', cloud: 'aws', count: 2 });
    expect(await place.run(['stop', session, '--host', 'nobody', '--json'])).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('--host one of: some-aws-1, some-aws-2') as string });
    expect(await place.run(['snapshot', 'create', session])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('labtui cannot keep snapshots on AWS yet') as string });
    expect(await place.run(['snapshot', 'restore', session, 'fresh'])).toMatchObject({ exitCode: 8 });
    expect(resultOf(await place.run(['stop', session, '--host', '2', '--json']))).toMatchObject({ exitCode: 0, hosts: [{ name: 'some-aws-2', state: 'stopped' }] });
    expect((await place.run(['exec', session, '--host', '1', '--', 'true'])).exitCode).toBe(0);
    expect((await place.run(['exec', session, '--all', '--', 'true'])).exitCode).toBe(6);

    // From inside, a power-off ends an EC2 machine for good, and nobody here has seen it.
    await place.run(['exec', session, '--host', '1', '--', 'sudo poweroff']);
    await expect.poll(async () => (await leftInClouds(place, session)).filter(({ kind }) => kind === 'instance').length, { timeout: 120_000, interval: 1_000 }).toBe(1);
    expect(recordOf(session).stacks.aws?.hosts.map(({ state }) => state)).toEqual(['running', 'stopped']);
    const shown = await place.run(['show', session, '--refresh', '--json']);
    expect(shown.exitCode).toBe(0);
    expect(shown.json()).toMatchObject({ problems: [], stacks: { aws: { hosts: [{ state: 'terminated', publicIp: null }, { state: 'stopped' }] } } });
    expect((await place.run(['list', '--refresh'])).stdout).toContain('! not all running');
    expect((await place.run(['exec', session, '--host', '1', '--', 'true'])).stderr).toContain('is gone from its cloud');
    expect(resultOf(await place.run(['destroy', session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
    expect(await leftInClouds(place, session)).toEqual([]);
  });

  it.each(simulatedClouds)('on %s: an interrupted stop, and one without time, leave a lab that a look at its cloud explains', async (cloud) => {
    const { session } = await applyRehearsed(place, { name: `cut-${cloud}`, cloud });
    // At the pace of real clouds a stop takes half a minute: there is time to interrupt it.
    const slow = { LABTUI_REHEARSAL_SPEED: '1' };
    const stopping = place.start(['stop', session, '--json'], { env: slow });
    stopping.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('"stopping"')) stopping.kill('SIGINT');
    });
    const cut = finished(await stopping);
    expect(resultOf(cut)).toMatchObject({ exitCode: 130, phase: 'stopping' });
    expect(cut.stdout).toContain(`labtui show ${session} --refresh`);
    expect(resultOf(await place.run(['restart', session, '--timeout', '2s', '--json'], { env: slow })).exitCode).toBe(6);
    expect(resultOf(await place.run(['start', session, '--json']))).toMatchObject({ exitCode: 0, phase: 'ready' });
    expect((await place.run(['show', session, '--refresh'])).stdout).toMatch(/state +ready/);
    expect((await place.run(['exec', session, '--', 'true'])).exitCode).toBe(0);
    expect(resultOf(await place.run(['destroy', session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
  });
});
