import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import type { MachineSpec } from '../../../src/local/qemu/machine-spec.ts';
import { machinePlace } from '../../../src/local/qemu/place.ts';
import { isRunning, processOfPidFile } from '../../../src/local/qemu/process.ts';
import { openMonitor } from '../../../src/local/qemu/qmp.ts';
import { type RunningMachine, startMachine } from '../../../src/local/qemu/start.ts';
import { endMachine, powerDown } from '../../../src/local/qemu/stop.ts';
import { graceSeconds, writeDeadline } from '../../../src/local/qemu/watchdog.ts';
import { isSameProcess, processStartTime } from '../../../src/platform/process-identity.ts';
import { fakeQemu, type FakeQemu, sampleSpec } from '../../support/local/fake-qemu.ts';

const fakes: FakeQemu[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const fake of fakes.splice(0)) await fake.remove();
});

const patience = { aliveBytes: 8 * 1024 ** 2, silenceMs: 1_500, pauseMs: 20, longestMs: 20_000 };

function begin(spec: Partial<MachineSpec> = {}, options: { expiresAt?: string; lastSshPort?: number } = {}) {
  const fake = fakeQemu();
  fakes.push(fake);
  const place = machinePlace(fake.directory('web-1'), fake.environment);
  const start = (): Promise<RunningMachine> =>
    startMachine({
      spec: { ...sampleSpec, ...spec },
      place,
      expiresAt: options.expiresAt ?? null,
      lastSshPort: options.lastSshPort ?? null,
      cacheDirectory: join(fake.home, 'cache'),
      environment: fake.environment,
      signal: new AbortController().signal,
      patience,
    });
  return { fake, place, start };
}

const taken = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });

const problemOf = (work: Promise<unknown>) => work.then(() => null, (error: unknown) => (error instanceof LabError ? error.problem : { summary: String(error) }));

describe('a machine that is started', () => {
  it('runs in a process session of its own below its watchdog, is known again, and ends with it', async () => {
    const { place, start } = begin();
    const machine = await start();
    expect(isRunning(machine.process)).toBe(true);
    expect(await processOfPidFile(place.pid)).toEqual(machine.process);
    const session = readFileSync(`/proc/${machine.process.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[3];
    expect(Number(session)).toBe(machine.watchdogPid);
    // Another start, or other arguments: not the one that was started.
    expect(isRunning({ ...machine.process, startTime: '1' })).toBe(false);
    expect(isRunning({ ...machine.process, argumentsSha256: 'x' })).toBe(false);
    expect(machine).toMatchObject({ accelerator: 'tcg', acceleratorReason: null, qemuVersion: '8.2.0' });

    const watchdogStart = processStartTime(machine.watchdogPid);
    await endMachine(machine.process, machine.watchdogPid);
    expect(isRunning(machine.process)).toBe(false);
    expect(isSameProcess(machine.watchdogPid, watchdogStart)).toBe(false);
  });

  it('is powered off by its power button, and switched off where the guest does not listen', async () => {
    const first = begin();
    const machine = await first.start();
    expect(await powerDown(machine.process, first.place, { timeoutMs: 60_000 })).toBe('powered-off');
    expect(await powerDown(machine.process, first.place, { timeoutMs: 10_000 })).toBe('was-off');
    const second = begin();
    second.fake.behave({ ignoresPowerButton: true });
    const deaf = await second.start();
    expect(await powerDown(deaf.process, second.place, { timeoutMs: 300 })).toBe('forced');
    expect(isRunning(deaf.process)).toBe(false);
    await vi.waitFor(() => expect(readFileSync(second.place.ended, 'utf8')).toBe(`0 ${deaf.watchdogPid}\n`), 60_000);
  });

  it('is ended by its watchdog at its deadline, without labtui, and not before it was moved', async () => {
    const past = new Date(Date.now() - graceSeconds * 1_000 + 2_000).toISOString();
    const { place, start } = begin({}, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const machine = await start();
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(isRunning(machine.process)).toBe(true);
    await writeDeadline(place, past);
    await vi.waitFor(() => expect(isRunning(machine.process)).toBe(false), 60_000);
    await vi.waitFor(() => expect(processStartTime(machine.watchdogPid)).toBeNull(), 60_000);
  });

  it('keeps the port that it had, and takes another one where somebody has it now', async () => {
    const first = await begin().start();
    await endMachine(first.process, first.watchdogPid);
    const again = await begin({}, { lastSshPort: first.sshPort }).start();
    expect(again.sshPort).toBe(first.sshPort);
    const other = await begin({}, { lastSshPort: first.sshPort }).start();
    expect(other.sshPort).not.toBe(first.sshPort);
  });
});

describe('a guest that stands still on KVM', () => {
  // Where /dev/kvm cannot be opened here, `auto` would not try it: asked of the same code with a KVM that is there.
  const usable = (() => {
    try {
      return statSync('/dev/kvm').isCharacterDevice() && process.getuid?.() === 0;
    } catch {
      return false;
    }
  })();

  it.skipIf(!usable || process.arch !== 'x64')('is started again by emulation, is remembered, and later machines are emulated from the start', async () => {
    const { fake, place, start } = begin({ acceleration: 'auto' });
    fake.behave({ stalls: true });
    const machine = await start();
    expect(machine.accelerator).toBe('tcg');
    expect(machine.acceleratorReason).toMatch(/stood still for \d+ s after 0 disk operations/);
    expect(fake.starts().map((args) => args[args.indexOf('-accel') + 1])).toEqual(['kvm', 'tcg,thread=multi']);
    expect(await processOfPidFile(place.pid)).toEqual(machine.process);
    await endMachine(machine.process, machine.watchdogPid);
    const later = await start();
    expect(later.acceleratorReason).toContain("guests do not run on this host's KVM");
    expect(fake.starts()).toHaveLength(3);
  });

  it.skipIf(!usable || process.arch !== 'x64')('is not said of one that boots', async () => {
    const { fake, start } = begin({ acceleration: 'auto' });
    expect(await start()).toMatchObject({ accelerator: 'kvm', acceleratorReason: null });
    expect(existsSync(join(fake.home, 'cache', 'local', 'kvm-stalled.json'))).toBe(false);
  });

  it.skipIf(!usable || process.arch !== 'x64')('has QEMU die of it on some hosts: that is emulated and remembered too', async () => {
    const { fake, start } = begin({ acceleration: 'auto' });
    fake.behave({ diesOnKvm: "kvm.c:3183: kvm_buf_set_msrs: Assertion `ret == cpu->kvm_msr_buf->nmsrs' failed." });
    expect(await start()).toMatchObject({ accelerator: 'tcg', acceleratorReason: expect.stringContaining('kvm_buf_set_msrs') as string });
    expect(readFileSync(join(fake.home, 'cache', 'local', 'kvm-stalled.json'), 'utf8')).toContain('kvm_buf_set_msrs');
  });

  it.skipIf(!usable || process.arch !== 'x64')('nor of a KVM that cannot be opened: that is emulated at once', async () => {
    const { fake, start } = begin({ acceleration: 'auto' });
    fake.behave({ refuseKvm: true });
    const machine = await start();
    expect(machine).toMatchObject({ accelerator: 'tcg', acceleratorReason: expect.stringContaining('kvm does not work here') as string });
  });
});

describe('a machine that cannot start', () => {
  it('names the port that is taken', async () => {
    const server = await taken(0);
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { place, start } = begin({ forwards: [{ hostPort: port, guestPort: 80 }] });
    expect(await problemOf(start())).toMatchObject({ kind: 'conflict', code: 'PortTaken', summary: `port ${port} of this computer is taken` });
    expect(await processOfPidFile(place.pid)).toBeNull();
  });

  it.each([
    ['cannot set up guest memory \'pc.ram\': Cannot allocate memory', 'OutOfMemory'],
    ['-blockdev driver=qcow2: Failed to get "write" lock', 'DiskInUse'],
    ['something new', 'QemuFailed'],
  ])('says so: %s', async (said, code) => {
    const { fake, start } = begin();
    fake.behave({ refuse: said });
    const problem = await problemOf(start());
    expect(problem).toMatchObject({ code, detail: expect.stringContaining(said) as string });
  });

  it('says which package has QEMU where there is none', async () => {
    const { place, fake } = begin();
    const none = startMachine({ spec: sampleSpec, place, expiresAt: null, lastSshPort: null, cacheDirectory: fake.home, environment: { PATH: '/nowhere' }, signal: new AbortController().signal });
    expect(await problemOf(none)).toMatchObject({ kind: 'prerequisite', hint: expect.stringContaining('apt: qemu-system-x86') as string });
  });
});

describe('the monitor', () => {
  it('tells apart answers from events, and a refusal from an answer', async () => {
    const { place, start } = begin();
    await start();
    const monitor = await openMonitor(place.socket);
    expect(await monitor.execute('query-status')).toEqual({ status: 'running', running: true });
    await expect(monitor.execute('no-such-thing')).rejects.toMatchObject({ problem: { code: 'CommandNotFound' } });
    monitor.close();
    await expect(openMonitor(join(place.directory, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
