import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FallbackEvent, ResultEvent } from '../../src/core/events.ts';
import { freePort } from '../../src/local/qemu/free-port.ts';
import { processStartTime } from '../../src/platform/process-identity.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { vmSkipReason } from '../support/guest/vm.ts';
import { createWorkplace, type Finished, skipLoudly, type Workplace } from '../support/labtui.ts';

const skip = skipLoudly('a lab on this computer', vmSkipReason() ?? (await missingTools(['terraform'])));

/** An emulated guest on a busy computer. */
const patience = 1_500_000;

interface Shown {
  readonly stacks: Readonly<Record<string, { readonly hosts: readonly { readonly state: string; readonly port: number }[] }>>;
}

/** What a server on this computer says first; empty: nothing. */
function firstBytes(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(30_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
  });
}

describe.skipIf(skip)('a lab on this computer, with the real Terraform and a real Debian', () => {
  let place: Workplace;
  const labtui = async (...args: string[]): Promise<Finished> => {
    const run = await place.run(args);
    if (run.exitCode !== 0) process.stderr.write(`\nlabtui ${args.join(' ')}: ${run.exitCode}\n${run.stdout.slice(-3_000)}${run.stderr.slice(-3_000)}\n`);
    return run;
  };
  const session = (): string => readdirSync(place.sessions).find((name) => name.startsWith('vm-')) ?? 'none';
  const stack = (...path: string[]): string => join(place.sessions, session(), 'stacks/local', ...path);
  const machine = (): { readonly running: { readonly process: { readonly pid: number }; readonly watchdogPid: number; readonly accelerator: string } | null } =>
    JSON.parse(readFileSync(stack('machines/vm-local/machine.json'), 'utf8')) as ReturnType<typeof machine>;
  const onMachine = async (...command: string[]): Promise<string> => {
    const run = await labtui('exec', 'vm', '--', ...command);
    expect(run.exitCode, run.stderr).toBe(0);
    return run.stdout.trim();
  };
  const reachable = (): Promise<void> => vi.waitFor(async () => expect(await place.run(['exec', 'vm', '--', 'true'])).toMatchObject({ exitCode: 0 }), { timeout: patience, interval: 2_000 });
  const registered = (): readonly string[] => {
    const directory = join(place.home, '.local/state/labtui/machines');
    return existsSync(directory) ? readdirSync(directory) : [];
  };

  beforeAll(() => {
    place = createWorkplace();
    writeFileSync(join(place.cwd, 'init.sh'), '#!/bin/sh\necho ran >/srv/user-part\n');
  });
  afterAll(async () => {
    await place.run(['cleanup', '--all', '-y']);
    place.remove();
  });

  it('is a shell on a real kernel by one command, its image downloaded, or built where its vendor cannot be reached', async () => {
    const run = await labtui(...['apply', '--cloud', 'local', '--distro', 'debian@12', '--name', 'vm', '--size', 'small', '--ttl', '2h', '--user-data', 'init.sh', '--set', 'ssh.timeout=20m', '--auto-approve', '--json']);
    expect(run.exitCode).toBe(0);
    const result = run.events.findLast((event): event is typeof event & ResultEvent => event.type === 'result');
    expect(result?.hosts).toMatchObject([{ name: 'vm-local', state: 'running', publicIp: '127.0.0.1', hostKeyTrust: 'injected', stage: 'ready' }]);
    expect(result?.protectedBy).toEqual(['guest', 'cloud']);
    const fallbacks = run.events.filter((event): event is typeof event & FallbackEvent => event.type === 'fallback');
    const { accelerator } = machine().running ?? { accelerator: 'none' };
    process.stderr.write(`\nrun by ${accelerator}; ${fallbacks.map(({ from, to, reason }) => `${from} -> ${to}: ${reason}`).join('; ')}\n`);
    expect(fallbacks.some(({ to }) => to === 'emulation')).toBe(accelerator === 'tcg');
    expect(await onMachine('uname', '-r')).toMatch(/^6\.1\..*amd64$/);
    expect(await onMachine('cat', '/srv/user-part')).toBe('ran');
    expect(await onMachine('hostname')).toBe('vm-local');
  }, patience);

  it('has replaced the host key that Terraform has seen, and is reached by plain ssh', async () => {
    const knownHosts = readFileSync(join(place.sessions, session(), 'ssh/known_hosts'), 'utf8');
    const [, key = ''] = /ssh-ed25519 (\S+)/.exec(knownHosts) ?? [];
    expect(key).not.toBe('');
    expect(readFileSync(stack('cdk.tf.json'), 'utf8')).not.toContain(key);
    const { stdout } = await execa('ssh', ['-F', join(place.sessions, session(), 'ssh/config'), 'vm-local', 'id', '-un'], { stdin: 'ignore' });
    expect(stdout).toBe('debian');
  }, patience);

  it('plans no changes by hand, agrees with its state, and tells its console', async () => {
    const plan = await execa('terraform', ['plan', '-detailed-exitcode', '-input=false', '-no-color'], { cwd: stack(), env: { ...place.environment(), TF_CLI_CONFIG_FILE: '/dev/null' }, extendEnv: false, reject: false });
    expect(plan.exitCode, `${plan.stdout}${plan.stderr}`).toBe(0);
    expect((await labtui('verify', 'vm')).exitCode).toBe(0);
    expect((await labtui('console', 'vm')).stdout).toContain('Linux version 6.1.');
  }, patience);

  it('keeps its data over a restart of its own, and over stop and start', async () => {
    const boot = await onMachine('cat', '/proc/sys/kernel/random/boot_id');
    await onMachine('sh', '-c', 'echo here | sudo tee /srv/kept >/dev/null; sync');
    await place.run(['exec', 'vm', '--', 'sudo', 'systemctl', 'reboot']);
    await vi.waitFor(async () => expect((await place.run(['exec', 'vm', '--', 'cat', '/proc/sys/kernel/random/boot_id'])).stdout.trim()).toMatch(new RegExp(`^(?!${boot})[0-9a-f-]{36}$`)), { timeout: patience, interval: 2_000 });

    expect((await labtui('stop', 'vm')).exitCode).toBe(0);
    expect(processStartTime(machine().running?.process.pid ?? 0)).toBeNull();
    expect(((await labtui('show', 'vm', '--json')).json() as Shown).stacks.local?.hosts).toMatchObject([{ state: 'stopped' }]);
    expect((await labtui('start', 'vm')).exitCode).toBe(0);
    expect(await onMachine('cat', '/srv/kept')).toBe('here');
  }, patience);

  it('takes files there and back, and leads a port of this computer to it', async () => {
    mkdirSync(join(place.cwd, 'work/below'), { recursive: true });
    writeFileSync(join(place.cwd, 'work/below/test.sh'), '#!/bin/sh\nuname -s\n', { mode: 0o755 });
    expect((await labtui('cp', 'work', 'vm:')).exitCode).toBe(0);
    expect(await onMachine('work/below/test.sh')).toBe('Linux');
    await onMachine('cp', '/etc/os-release', 'work/below/');
    expect((await labtui('cp', 'vm:work', 'back')).exitCode).toBe(0);
    expect(readFileSync(join(place.cwd, 'back/below/os-release'), 'utf8')).toContain('ID=debian');
    expect(statSync(join(place.cwd, 'back/below/test.sh')).mode & 0o777).toBe(0o755);

    const port = await freePort(null);
    const forward = place.start(['forward', 'vm', `${port}:localhost:22`]);
    await vi.waitFor(async () => expect(await firstBytes(port)).toMatch(/^SSH-2\.0-OpenSSH/), { timeout: patience, interval: 1_000 });
    forward.kill('SIGINT');
    expect((await forward).exitCode).toBe(130);
  }, patience);

  it('that was killed is off and not lost: it is told, and started again', async () => {
    const { pid } = machine().running?.process ?? { pid: 0 };
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(processStartTime(pid)).toBeNull(), 30_000);
    expect((await labtui('list')).stdout).toContain('stopped');
    expect(((await labtui('show', 'vm', '--refresh', '--json')).json() as Shown).stacks.local?.hosts).toMatchObject([{ state: 'stopped' }]);
    expect((await labtui('start', 'vm')).exitCode).toBe(0);
    expect(await onMachine('cat', '/srv/kept')).toBe('here');
  }, patience);

  it('goes back to a snapshot', async () => {
    expect((await labtui('snapshot', 'create', 'vm', 'before')).exitCode).toBe(0);
    await onMachine('sh', '-c', 'sudo rm /srv/kept; sync');
    expect((await labtui('snapshot', 'list', 'vm', '--json')).stdout).toContain('"before"');
    expect(await place.run(['snapshot', 'restore', 'vm', 'before'])).toMatchObject({ exitCode: 8 });
    expect((await labtui('snapshot', 'restore', 'vm', 'before', '-y')).exitCode).toBe(0);
    await reachable();
    expect(await onMachine('cat', '/srv/kept')).toBe('here');
    expect((await labtui('snapshot', 'delete', 'vm', 'before')).exitCode).toBe(0);
  }, patience);

  it('becomes another distribution in place, under the same name and alias', async () => {
    const run = await labtui('replace', 'vm', '--distro', 'debian@13', '-y', '--json');
    expect(run.exitCode).toBe(0);
    const result = run.events.findLast((event): event is typeof event & ResultEvent => event.type === 'result');
    expect(result?.replaced).toMatchObject([{ hosts: ['vm-local'], from: 'debian@12', to: 'debian@13', outcome: 'replaced' }]);
    process.stderr.write(`\nanother shell after ${Math.round((result?.replaced?.[0]?.shellMs ?? 0) / 1_000)} s\n`);
    const { stdout } = await execa('ssh', ['-F', join(place.sessions, session(), 'ssh/config'), 'vm-local', '. /etc/os-release; echo $VERSION_ID; uname -r; ls /srv'], { stdin: 'ignore' });
    expect(stdout.split('\n')).toEqual(['13', expect.stringMatching(/^6\.12\./) as string, 'user-part']);
    expect((await labtui('verify', 'vm')).exitCode).toBe(0);
  }, patience);

  it('is ended by its watchdog at its deadline, with nothing of labtui running', async () => {
    const { process: qemu, watchdogPid } = machine().running ?? { process: { pid: 0 }, watchdogPid: 0 };
    const soon = new Date(Date.now() + 90_000).toISOString();
    // What an extend writes, but earlier: the watchdog alone is asked.
    writeFileSync(stack('machines/vm-local/deadline'), `${Math.ceil(Date.parse(soon) / 1_000)}\n`);
    await vi.waitFor(() => expect([processStartTime(qemu.pid), processStartTime(watchdogPid)]).toEqual([null, null]), { timeout: 300_000, interval: 1_000 });
  }, patience);

  it('is destroyed, and no process and no file of it is left', async () => {
    const run = await labtui('destroy', 'vm', '-y', '--json');
    expect(run.exitCode).toBe(0);
    const receipt = run.events.find(({ type }) => type === 'receipt');
    expect(receipt).toMatchObject({ left: [], verifiedBy: ['state', 'listing'] });
    expect(registered()).toEqual([]);
    const archived = readdirSync(join(place.sessions, '.archive'), { recursive: true, encoding: 'utf8' });
    expect(archived.filter((name) => /machines|qcow2|seed\.iso/.test(name))).toEqual([]);
    const { stdout } = await execa('ps', ['-eo', 'args']);
    expect(stdout.split('\n').filter((line) => line.includes(place.sessions))).toEqual([]);
  }, patience);
});
