import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findUefi } from '../../../src/local/qemu/firmware.ts';
import type { MachineSpec } from '../../../src/local/qemu/machine-spec.ts';
import { machinePlace, type MachinePlace } from '../../../src/local/qemu/place.ts';
import { isRunning } from '../../../src/local/qemu/process.ts';
import { findProgram } from '../../../src/platform/find-program.ts';
import { createSnapshot, deleteSnapshot, listSnapshots, restoreSnapshot, type SnapshotTarget } from '../../../src/local/qemu/snapshots.ts';
import { type RunningMachine, startMachine } from '../../../src/local/qemu/start.ts';
import { endMachine, powerDown } from '../../../src/local/qemu/stop.ts';
import { fakeQemu, type FakeQemu, sampleSpec } from '../../support/local/fake-qemu.ts';
import { skipLoudly } from '../../support/labtui.ts';

const wanted = ['qemu-system-x86_64', 'qemu-img'];
const missing = wanted.filter((name) => findProgram(name, process.env) === null);
const reason = missing.length === 0 ? null : `${missing.join(', ')} not installed (Debian: qemu-system-x86 qemu-utils)`;

/** Real QEMU with an empty disk: its firmware finds nothing to start, which is all that is wanted here. */
describe.skipIf(skipLoudly('what is asked of the real QEMU', reason))('the real QEMU', () => {
  // Only for its directory, and to be removed.
  let fake: FakeQemu;
  let place: MachinePlace;
  let machine: RunningMachine | null = null;
  const disk = (): string => join(fake.home, 'disk.qcow2');
  const start = async (change: Partial<MachineSpec> = {}): Promise<RunningMachine> => {
    machine = await startMachine({
      spec: { ...sampleSpec, cpus: 1, memoryMb: 128, diskFile: disk(), seedFile: null, ...change },
      place,
      expiresAt: null,
      lastSshPort: null,
      cacheDirectory: join(fake.home, 'cache'),
      environment: process.env,
      signal: new AbortController().signal,
    });
    return machine;
  };

  beforeEach(() => {
    fake = fakeQemu();
    place = machinePlace(fake.directory('web-1'), fake.environment);
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk(), '64M']);
  });
  afterEach(async () => {
    if (machine !== null) await endMachine(machine.process, machine.watchdogPid);
    machine = null;
    await fake.remove();
  });

  it('takes every argument: a segment, forwarded ports, a shared folder whose name has a comma', async () => {
    const share = join(fake.home, 'a,b');
    mkdirSync(share);
    const { process: running } = await start({ network: { group: '239.77.1.2', port: 23_456, mac: '52:54:00:00:01:01' }, forwards: [], share });
    expect(isRunning(running)).toBe(true);
    expect(execFileSync('ps', ['-o', 'args=', '-p', String(running.pid)], { encoding: 'utf8' })).toContain('guest=web-1');
  });

  it.skipIf(skipLoudly('UEFI on amd64', findUefi('amd64') === null ? 'no firmware (Debian: ovmf)' : null))('starts UEFI with variables of its own', async () => {
    await start({ firmware: 'uefi' });
    expect(statSync(place.efiVariables).mode & 0o777).toBe(0o600);
  });

  it('makes, lists, restores and deletes snapshots, of a machine that runs and of one that is off', async () => {
    const { process: running } = await start();
    const on: SnapshotTarget = { diskFile: disk(), socket: place.socket, environment: process.env };
    const off: SnapshotTarget = { ...on, socket: null };
    await createSnapshot(on, 'with-memory');
    await expect(createSnapshot(on, 'with-memory')).rejects.toMatchObject({ problem: { kind: 'conflict' } });
    const [first] = await listSnapshots(on);
    expect(first).toMatchObject({ name: 'with-memory' });
    expect(first?.memoryBytes).toBeGreaterThan(0);
    await restoreSnapshot(on, 'with-memory');
    expect(isRunning(running)).toBe(true);
    await expect(restoreSnapshot(on, 'none')).rejects.toMatchObject({ problem: { kind: 'not-found', hint: 'there are: with-memory' } });

    // Nothing in it listens to the power button.
    expect(await powerDown(running, place, { timeoutMs: 200 })).toBe('forced');
    await createSnapshot(off, 'disk-only');
    expect((await listSnapshots(off)).map(({ name, memoryBytes }) => [name, memoryBytes > 0])).toEqual([['with-memory', true], ['disk-only', false]]);
    await restoreSnapshot(off, 'disk-only');
    await start();
    await expect(restoreSnapshot(on, 'disk-only')).rejects.toMatchObject({ problem: { hint: 'stop the machine first, then restore' } });
    await deleteSnapshot(on, 'with-memory');
    await deleteSnapshot(on, 'disk-only');
    expect(await listSnapshots(on)).toEqual([]);
  });

  it('refuses a disk that another machine has, in words', async () => {
    await start();
    const other = machinePlace(fake.directory('web-2'), fake.environment);
    const second = startMachine({ spec: { ...sampleSpec, diskFile: disk(), seedFile: null, memoryMb: 128 }, place: other, expiresAt: null, lastSshPort: null, cacheDirectory: fake.home, environment: process.env, signal: new AbortController().signal });
    await expect(second).rejects.toMatchObject({ problem: { code: 'DiskInUse' } });
    expect(readFileSync(other.log, 'utf8')).toContain('write');
  });
});
