import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installSweeper, removeSweeper, runSweeper, type SweeperOptions, sweeperStatus } from '../../../src/cli/commands/sweeper.ts';
import { githubWorkflow, gitlabJob } from '../../../src/cli/sweeper/ci-files.ts';
import { cronLine } from '../../../src/library/sweeper/cron-line.ts';
import { sweeperLayer } from '../../../src/library/sweeper/layer.ts';
import { systemPrograms } from '../../../src/library/sweeper/run-program.ts';
import { unitFiles } from '../../../src/library/sweeper/unit-files.ts';
import { type FakeSystem, fakeSystem } from './fake-system.ts';

const units = '.config/systemd/user';
const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)])) : [];
const install = async (system: FakeSystem, options: SweeperOptions = {}, more: Parameters<FakeSystem['context']>[0] = {}): Promise<Readonly<Record<string, unknown>>> => {
  const context = system.context(more);
  expect(await installSweeper(context, options)).toBe(0);
  return JSON.parse(context.printed()) as Record<string, unknown>;
};
const status = async (system: FakeSystem): Promise<Readonly<Record<string, unknown>>> => {
  const context = system.context();
  expect(await sweeperStatus(context)).toBe(0);
  return JSON.parse(context.printed()) as Record<string, unknown>;
};

describe('a sweeper by systemd', () => {
  it('is a user timer with absolute paths, this sessions directory and no secret; active, and removed without a trace', async () => {
    const system = fakeSystem();
    const secrets = { AWS_SECRET_ACCESS_KEY: 'SECRET-1', AWS_SESSION_TOKEN: 'SECRET-2', AZURE_CLIENT_SECRET: 'SECRET-3', AWS_PROFILE: 'lab%s' };
    const before = filesBelow(system.home);
    expect(await status(system)).toEqual({ installed: false, active: false });
    const found = await install(system, { interval: '20m' }, { env: secrets });
    expect(found).toMatchObject({ installed: true, active: true, scheduler: 'systemd', name: 'labtui-sweeper', intervalMs: 1_200_000, lastRun: null, problem: null, caveat: expect.stringContaining('loginctl enable-linger') });
    const service = system.read(units, 'labtui-sweeper.service') ?? '';
    const sessions = join(system.home, '.local/state/labtui/sessions');
    expect(service).toMatch(new RegExp(`^ExecStart="${process.execPath}" "/.*labtui\\.js" "--sessions-dir" "${sessions}" "--plain" "sweeper" "run"$`, 'm'));
    expect(service).toContain('Environment="AWS_PROFILE=lab%%s"');
    expect(service).toContain('KillMode=mixed');
    expect(system.read(units, 'labtui-sweeper.timer')).toContain('OnUnitActiveSec=1200s');
    for (const file of filesBelow(system.home)) expect(readFileSync(file, 'utf8'), file).not.toContain('SECRET');
    expect(system.calls().filter((call) => /enable|restart/.test(call) && !call.includes('is-'))).toEqual([
      'systemctl --user --no-pager enable labtui-sweeper.timer',
      'systemctl --user --no-pager restart labtui-sweeper.timer',
    ]);
    system.mark('linger', 'yes\n');
    expect(await status(system)).toMatchObject({ caveat: null });

    expect(await removeSweeper(system.context())).toBe(0);
    const fakes = join(system.home, 'fake');
    expect(filesBelow(system.home).filter((file) => !file.startsWith(fakes))).toEqual(before.filter((file) => !file.startsWith(fakes)));
    expect(await status(system)).toEqual({ installed: false, active: false });
    expect(await removeSweeper(system.context())).toBe(0);
  });

  it('installed again takes the new interval; another sessions directory has a sweeper of its own', async () => {
    const system = fakeSystem();
    await install(system);
    await install(system, { interval: '1h' });
    expect(system.read(units, 'labtui-sweeper.timer')).toContain('OnUnitActiveSec=3600s');
    const other = { sessionsDir: join(system.home, 'my labs') };
    const { name } = await install(system, {}, other);
    expect(name).toMatch(/^labtui-sweeper-[0-9a-f]{8}$/);
    expect(system.read(units, `${String(name)}.service`)).toContain(`"${join(system.home, 'my labs')}"`);
    expect(await removeSweeper(system.context(other))).toBe(0);
    expect(system.read(units, 'labtui-sweeper.timer')).not.toBeNull();
    expect(await status(system)).toMatchObject({ active: true });
  });

  it.each(['daemon-reload', 'enable', 'restart'])('that systemd refuses at %s leaves nothing, and says what to do', async (step) => {
    const system = fakeSystem();
    system.mark(`refuse-${step}`);
    await expect(installSweeper(system.context(), {})).rejects.toMatchObject({
      problem: { kind: 'prerequisite', summary: expect.stringContaining(`systemctl --user ${step}`), detail: expect.stringContaining('Access denied'), hint: expect.stringContaining('--scheduler cron') },
    });
    expect(filesBelow(join(system.home, '.config'))).toEqual([]);
    expect(await status(system)).toEqual({ installed: false, active: false });
  });

  it('units say words as they are, whatever is in them', () => {
    const job = { name: 'n', sessionsDir: '/a', intervalMs: 60_000, command: ['/usr/bin/node', '/x y/$HOME "q" \\ 100%'], environment: {} };
    expect(unitFiles(job).service).toContain('ExecStart="/usr/bin/node" "/x y/$$HOME \\"q\\" \\\\ 100%%"');
  });
});

describe('a sweeper by cron', () => {
  it('is taken where systemd has no manager for the user: one marked line, the rest untouched; removed the crontab is as before', async () => {
    const system = fakeSystem();
    system.mark('no-manager');
    const mine = '# mine\nMAILTO=me\n5 4 * * * echo "100\\%" # labtui-sweeper-not\n';
    system.mark('crontab', mine);
    expect(await install(system)).toMatchObject({ scheduler: 'cron', active: true, caveat: null });
    const after = system.read('fake', 'crontab') ?? '';
    expect(after.startsWith(mine)).toBe(true);
    expect(after.slice(mine.length)).toMatch(/^\*\/15 \* \* \* \* PATH=\S+ \S*node \S+labtui\.js --sessions-dir \S+ --plain sweeper run >\/dev\/null 2>&1 # labtui-sweeper\n$/);
    await install(system, { interval: '6h' });
    expect(system.read('fake', 'crontab')?.slice(mine.length)).toMatch(/^0 \*\/6 \* \* \* .* # labtui-sweeper\n$/);
    expect(await removeSweeper(system.context())).toBe(0);
    expect(system.read('fake', 'crontab')).toBe(mine);
  });

  it('leaves no crontab where there was none', async () => {
    const system = fakeSystem({ programs: ['crontab'] });
    await install(system);
    expect(system.read('fake', 'crontab')).not.toBeNull();
    await removeSweeper(system.context());
    expect(system.read('fake', 'crontab')).toBeNull();
  });

  it('takes the place of a systemd timer, and the other way round', async () => {
    const system = fakeSystem();
    await install(system);
    await install(system, { scheduler: 'cron' });
    expect(filesBelow(join(system.home, units))).toEqual([]);
    await install(system, { scheduler: 'systemd' });
    expect(system.read('fake', 'crontab')).toBeNull();
    expect(await status(system)).toMatchObject({ scheduler: 'systemd', active: true });
  });

  it('refuses what it cannot keep, and says why where nothing here can run one (4)', async () => {
    const system = fakeSystem({ programs: ['crontab'] });
    await expect(installSweeper(system.context(), { interval: '7m' })).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
    await expect(installSweeper(system.context(), { interval: '10s' })).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
    system.mark('refuse-crontab');
    await expect(installSweeper(system.context(), {})).rejects.toMatchObject({ problem: { kind: 'prerequisite', detail: expect.stringContaining('not allowed') } });
    const bare = fakeSystem({ programs: [] });
    await expect(installSweeper(bare.context(), {})).rejects.toMatchObject({ problem: { kind: 'prerequisite', detail: 'systemd: there is no systemctl\ncron: there is no crontab' } });
  });

  it('its line does to a shell what the command would, whatever is in it', () => {
    const words = [process.execPath, '-e', 'console.log(JSON.stringify([process.argv.slice(1), process.env.NAME]))', "it's 100% $HOME `id`", 'a b'];
    const line = cronLine({ name: 'labtui-sweeper', sessionsDir: '/s', intervalMs: 900_000, command: words, environment: { NAME: 'x; y%' } });
    expect(line).not.toMatch(/[^\\]%/);
    // As cron hands it to the shell.
    const command = line.replace('*/15 * * * * ', '').replaceAll('\\%', '%').replace('>/dev/null 2>&1', '');
    expect(JSON.parse(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }))).toEqual([words.slice(3), 'x; y%']);
  });
});

describe('what a sweeper protects', () => {
  const layer = (system: FakeSystem, at = new Date()) => sweeperLayer(system.context(), systemPrograms(system.context().environment), () => at);

  it('counts only while it is installed, active, recent and well; its runs end what has expired and are kept for status', async () => {
    const system = fakeSystem();
    expect(await layer(system)).toMatchObject({ armed: false, reason: expect.stringContaining('labtui sweeper install') });
    // Nothing is started to learn that there is none.
    expect(system.calls()).toEqual([]);
    await install(system);
    expect(await layer(system)).toEqual({ armed: true });
    expect(await layer(system, new Date(Date.now() + 25 * 3_600_000))).toMatchObject({ armed: false, reason: expect.stringContaining('has not run for') });

    expect(await runSweeper(system.context({ json: false }))).toBe(0);
    const found = await status(system);
    expect(found).toMatchObject({ lastRun: { exitCode: 0 }, problem: null });
    const { startedAt } = found.lastRun as { startedAt: string };
    expect(found.nextRunAt).toBe(new Date(Date.parse(startedAt) + 900_000).toISOString());

    system.unmark('active-labtui-sweeper.timer');
    expect(await layer(system)).toMatchObject({ armed: false, reason: expect.stringContaining('labtui-sweeper.timer is inactive') });
    expect(await status(system)).toMatchObject({ active: false, nextRunAt: null });
  });

  it('does not count after a run that failed; a run that outlives its removal brings nothing back', async () => {
    const system = fakeSystem();
    await install(system);
    // What cannot be read cannot be ended either.
    const sessions = join(system.home, '.local/state/labtui/sessions');
    writeFileSync(sessions, '');
    expect(await runSweeper(system.context({ json: false }))).not.toBe(0);
    expect(await layer(system)).toMatchObject({ armed: false, reason: expect.stringContaining('its last run failed') });
    await removeSweeper(system.context());
    await runSweeper(system.context({ json: false }));
    expect(await status(system)).toEqual({ installed: false, active: false });
  });
});

describe('schedules of a CI', () => {
  it('GitHub: a valid workflow without rights, pinned, written where the repository is, and not over another one', async () => {
    const system = fakeSystem({ programs: [] });
    mkdirSync(join(system.home, '.git'));
    const below = join(system.home, 'deep/er');
    mkdirSync(below, { recursive: true });
    const context = { ...system.context({ json: false }), cwd: below };
    expect(await installSweeper(context, { github: true, interval: '30m' })).toBe(0);
    const file = join(system.home, '.github/workflows/labtui-sweep.yml');
    const text = readFileSync(file, 'utf8');
    expect(parse(text)).toMatchObject({
      on: { schedule: [{ cron: '7,37 * * * *' }] },
      permissions: {},
      jobs: { sweep: { 'runs-on': 'ubuntu-24.04', steps: [{ run: expect.stringMatching(/labtui@0\.0\.0-test$/) }, { run: 'labtui cleanup --sweep --auto-approve --plain' }] } },
    });
    expect(text).not.toMatch(/uses:|latest/);
    expect(await installSweeper(context, { github: true, interval: '30m' })).toBe(0);
    await expect(installSweeper(context, { github: true })).rejects.toMatchObject({ problem: { hint: expect.stringContaining('--force') } });
    expect(await installSweeper(context, { github: true, force: true })).toBe(0);
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({ on: { schedule: [{ cron: '7,22,37,52 * * * *' }] } });
    for (const [interval, cron] of [[3_600_000, '7 * * * *'], [6 * 3_600_000, '7 */6 * * *'], [24 * 3_600_000, '7 3 * * *']] as const) {
      expect(parse(githubWorkflow('1.0.0', interval))).toMatchObject({ on: { schedule: [{ cron }] } });
    }
    expect(() => githubWorkflow('1.0.0', 60_000)).toThrow();
  });

  it('GitLab: a valid job on stdout, and nothing is written', async () => {
    const system = fakeSystem({ programs: [] });
    const before = filesBelow(system.home);
    const context = system.context({ json: false });
    expect(await installSweeper(context, { gitlab: true })).toBe(0);
    expect(context.printed()).toBe(gitlabJob('0.0.0-test'));
    expect(parse(context.printed())).toMatchObject({ 'labtui-sweep': { image: expect.stringMatching(/:\d+/), rules: [{ if: expect.stringContaining('schedule') }], script: [expect.stringContaining('labtui@0.0.0-test'), expect.stringContaining('cleanup --sweep')] } });
    expect(filesBelow(system.home)).toEqual(before);
    await expect(installSweeper(context, { gitlab: true, github: true })).rejects.toMatchObject({ name: 'UsageError' });
  });
});
