import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import { findProgram } from '../../src/platform/find-program.ts';
import { signalTo, terraformsBelow } from '../chaos/processes.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { type FakeQemu, fakeQemu } from '../support/local/fake-qemu.ts';
import { workingBelow } from '../support/working-below.ts';

const missing = (await missingTools(['terraform'])) ?? (findProgram('qemu-img', process.env) === null ? 'qemu-img is not installed (Debian: qemu-utils)' : null);
const skip = skipLoudly('kills of labtui, Terraform and QEMU on this computer', missing);

type Victim = 'labtui' | 'terraform' | 'provider' | 'qemu' | 'all';
/** Until then it is left alone. */
type Moment = 'initializing' | 'applying' | 'its machine starts' | 'waiting-for-ssh';

const kills: readonly (readonly [Victim, Moment])[] = [
  ...(['labtui', 'terraform', 'all'] as const).flatMap((victim) => (['initializing', 'applying', 'its machine starts'] as const).map((moment) => [victim, moment] as const)),
  ['provider', 'applying'],
  ['provider', 'its machine starts'],
  ['qemu', 'its machine starts'],
  ['qemu', 'waiting-for-ssh'],
  ['labtui', 'waiting-for-ssh'],
  ['all', 'waiting-for-ssh'],
];

describe.skipIf(skip)('machines on this computer that are small programs, and everything killed', () => {
  let place: Workplace;
  let fake: FakeQemu;
  let count = 0;
  beforeAll(() => {
    fake = fakeQemu();
    place = createWorkplace({ PATH: fake.environment.PATH ?? '' });
    writeFileSync(join(place.home, 'image.raw'), Buffer.alloc(1024 ** 2));
  });
  afterEach(() => {
    for (const { pid } of workingBelow(place.home)) signalTo(pid, 'SIGKILL');
  });
  afterAll(async () => {
    place.remove();
    await fake.remove();
  });

  const qemus = () => workingBelow(place.sessions).filter(({ words }) => words.includes('-pidfile') && words.some((word) => word.endsWith('fake-qemu.mjs')));
  const start = ({ sshTimeout = '20s' } = {}) => {
    // The monitor of a machine opens late: there is time to hit its start.
    fake.behave({ slowMs: 1_500 });
    const run = place.start(['apply', '--cloud', 'local', '--distro', 'debian@12', '--image', `file:${join(place.home, 'image.raw')}`, '--size', 'small', '--name', `kill-${(count += 1)}`, '--set', `ssh.timeout=${sshTimeout}`, '-y', '--json']);
    let text = '';
    run.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const phases = (): readonly string[] => text.split('\n').flatMap((line) => /"type":"phase","phase":"([a-z-]+)"/.exec(line)?.[1] ?? []);
    const reached = async (moment: Moment): Promise<void> => {
      await expect.poll(() => (moment === 'its machine starts' ? qemus().length > 0 : phases().includes(moment)), { timeout: 120_000, interval: 20, message: `${moment}: ${text.slice(-2_000)}` }).toBe(true);
    };
    const events = () => text.trim().split('\n').map((line) => JSON.parse(line) as LabEvent);
    return { run, reached, events };
  };
  const hit = (run: ReturnType<typeof start>['run'], victim: Victim): void => {
    const { terraforms, providers } = terraformsBelow(place.sessions);
    const machines = qemus().map(({ pid }) => pid);
    if (victim === 'labtui' || victim === 'all') run.kill('SIGKILL');
    const pids = { labtui: [], terraform: terraforms, provider: providers, qemu: machines, all: [...terraforms, ...providers] }[victim];
    for (const pid of pids) signalTo(pid, 'SIGKILL');
  };
  const nothingLeft = async (): Promise<void> => {
    await expect.poll(() => workingBelow(place.sessions).map(({ words }) => words.join(' ')), { timeout: 120_000 }).toEqual([]);
    const registered = join(place.home, '.local/state/labtui/machines');
    // What a killed writer left half-written registers nothing.
    expect(existsSync(registered) ? readdirSync(registered).filter((name) => !name.endsWith('.tmp')) : []).toEqual([]);
    expect(readdirSync(place.sessions).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(workingBelow(place.home).map(({ words }) => words.join(' '))).toEqual([]);
  };

  it.each(kills)('%s killed when %s: what is there is found again, and a destroy leaves nothing', { timeout: 300_000 }, async (victim, moment) => {
    const { run, reached } = start();
    await reached(moment);
    hit(run, victim);
    await run;
    const ended = await place.run(['cleanup', '--all', '-y', '--json']);
    expect(ended.exitCode, `${ended.stdout.slice(-2_000)} ${ended.stderr.slice(-500)}`).toBe(0);
    await nothingLeft();
  });

  it('qemu killed while its SSH is waited for: nobody waits for it to the end of ssh.timeout', { timeout: 300_000 }, async () => {
    const { run, reached, events } = start({ sshTimeout: '30m' });
    await reached('waiting-for-ssh');
    hit(run, 'qemu');
    await run;
    expect(events().at(-1)).toMatchObject({ type: 'result', exitCode: 6 });
    expect(events().filter(({ type }) => type === 'diagnostic')).toContainEqual(expect.objectContaining({ kind: 'not-ready', summary: expect.stringMatching(/^kill-\d+-local: it is stopped, before it could be reached$/) as string }));
    expect((await place.run(['cleanup', '--all', '-y', '--json'])).exitCode).toBe(0);
    await nothingLeft();
  });

  it.each(['labtui', 'terraform', 'all'] as const)('%s killed in a destroy: the next one ends it', { timeout: 300_000 }, async (victim) => {
    const { run, reached } = start();
    await reached('waiting-for-ssh');
    run.kill('SIGINT');
    await run;
    const [{ id } = { id: '' }] = (await place.run(['list', '--json'])).json() as readonly { readonly id: string }[];
    const destroying = place.start(['destroy', id, '-y', '--json']);
    await expect.poll(() => terraformsBelow(place.sessions).terraforms.length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
    hit(destroying, victim);
    await destroying;
    const again = await place.run(['destroy', id, '-y', '--json']);
    expect((again.events.at(-1) as LabEvent & { readonly exitCode: number }).exitCode, again.stdout.slice(-2_000)).toBe(0);
    await nothingLeft();
  });

  it('a machine whose session is lost with its directory is found by a sweep, by its register', { timeout: 300_000 }, async () => {
    const { run, reached } = start();
    await reached('waiting-for-ssh');
    hit(run, 'all');
    await run;
    const before = qemus();
    expect(before).toHaveLength(1);
    const lost = createWorkplace({ PATH: fake.environment.PATH ?? '', HOME: place.home, LABTUI_SESSIONS_DIR: join(place.home, 'elsewhere') });
    try {
      const listed = await lost.run(['cleanup', '--sweep', '--cloud', 'local', '--dry-run', '--json']);
      expect(listed.stdout).toContain('kill-');
      const swept = await lost.run(['cleanup', '--sweep', '--cloud', 'local', '--include-unknown', '-y', '--json']);
      expect(swept.exitCode, `${swept.stdout.slice(-2_000)} ${swept.stderr.slice(-500)}`).toBe(0);
      await expect.poll(() => qemus(), { timeout: 120_000 }).toEqual([]);
    } finally {
      lost.remove();
    }
    expect((await place.run(['cleanup', '--all', '-y', '--json'])).exitCode).toBe(0);
    await nothingLeft();
  });
});
