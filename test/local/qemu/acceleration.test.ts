import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseAcceleration, kvmProblem } from '../../../src/local/qemu/acceleration.ts';
import { type Progress, watchBoot } from '../../../src/local/qemu/progress.ts';
import { forgetStall, rememberedStall, rememberStall } from '../../../src/local/qemu/stall-memory.ts';

const host = { platform: 'linux', arch: 'x64', kvmProblem: null, stalled: null } as const;
const auto = { arch: 'amd64', acceleration: 'auto' } as const;

describe('the choice of acceleration', () => {
  it('takes KVM on Linux and hvf on macOS for guests of the same architecture', () => {
    expect(chooseAcceleration(auto, host)).toEqual({ accelerator: 'kvm', reason: null });
    expect(chooseAcceleration({ ...auto, arch: 'arm64' }, { ...host, platform: 'darwin', arch: 'arm64' })).toEqual({ accelerator: 'hvf', reason: null });
  });

  it('emulates and says why: another architecture, no KVM, a KVM on which guests stood still', () => {
    expect(chooseAcceleration({ ...auto, arch: 'arm64' }, host)).toEqual({ accelerator: 'tcg', reason: 'an arm64 guest on this amd64 computer' });
    expect(chooseAcceleration(auto, { ...host, kvmProblem: 'no /dev/kvm' })).toEqual({ accelerator: 'tcg', reason: 'no /dev/kvm' });
    expect(chooseAcceleration(auto, { ...host, stalled: 'it stood still' })).toEqual({ accelerator: 'tcg', reason: 'it stood still' });
  });

  it('does what it is told where it is told', () => {
    expect(chooseAcceleration({ ...auto, acceleration: 'kvm' }, { ...host, stalled: 'x' })).toEqual({ accelerator: 'kvm', reason: null });
    expect(chooseAcceleration({ ...auto, acceleration: 'tcg' }, host)).toEqual({ accelerator: 'tcg', reason: null });
  });

  it('says what is missing where there is no /dev/kvm', () => {
    expect(kvmProblem('/nowhere/kvm')).toMatch(/^there is no \/nowhere\/kvm/);
  });
});

describe('a boot that is watched', () => {
  const patience = { aliveBytes: 100, silenceMs: 120, pauseMs: 5, longestMs: 2_000 };
  const at = (change: Partial<Progress>): Progress => ({ consoleBytes: 0, diskOperations: 0, diskBytes: 0, status: 'running', ...change });
  const playing = (steps: readonly Partial<Progress>[]) => {
    let next = 0;
    return () => Promise.resolve(at(steps[Math.min(next++, steps.length - 1)] ?? {}));
  };

  it('is alive once the guest has read much of its disk', async () => {
    expect(await watchBoot(playing([{}, { diskOperations: 1, diskBytes: 50 }, { diskOperations: 2, diskBytes: 100 }]), patience)).toEqual({ kind: 'alive' });
  });

  it('has stalled where nothing moves any more, at the first instruction or in the middle', async () => {
    expect(await watchBoot(playing([{}]), patience)).toMatchObject({ kind: 'stalled' });
    const verdict = await watchBoot(playing([{}, { consoleBytes: 7, diskOperations: 3, diskBytes: 60 }]), patience);
    expect(verdict).toMatchObject({ kind: 'stalled', reason: expect.stringContaining('after 3 disk operations and 7 bytes on its console') as string });
  });

  it('goes on as long as anything moves: a boot loader that counts down has not stalled', async () => {
    const startedMs = performance.now();
    const counting = () => {
      const elapsedMs = performance.now() - startedMs;
      return Promise.resolve(at({ consoleBytes: Math.floor(elapsedMs / 50), diskBytes: elapsedMs > 400 ? 100 : 0 }));
    };
    const verdict = await watchBoot(counting, patience);
    expect(verdict).toEqual({ kind: 'alive' });
  });

  it('has stalled where it creeps: emulation is faster', async () => {
    let ticks = 0;
    const creeping = () => Promise.resolve(at({ consoleBytes: (ticks += 1) }));
    expect(await watchBoot(creeping, { ...patience, longestMs: 200 })).toMatchObject({ kind: 'stalled', reason: expect.stringContaining('had come no further') as string });
  });

  it('has stalled at once where KVM gives up', async () => {
    expect(await watchBoot(playing([{ status: 'internal-error' }]), { ...patience, silenceMs: 60_000 })).toMatchObject({ kind: 'stalled' });
  });

  it('is left when Terraform asks to stop', async () => {
    expect(await watchBoot(playing([{}]), { ...patience, silenceMs: 60_000 }, AbortSignal.abort())).toEqual({ kind: 'interrupted' });
  });
});

describe('what is remembered of a host', () => {
  const folders: string[] = [];
  afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

  it('holds for this computer, kernel and QEMU, for a month, until somebody forgets it', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'labtui-stall-'));
    folders.push(cache);
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(await rememberedStall(cache, 'a host', now)).toBeNull();
    await rememberStall(cache, 'a host', 'it stood still', now);
    expect(await rememberedStall(cache, 'a host', now + 1_000)).toContain('it stood still (2026-11-21');
    expect(await rememberedStall(cache, 'a host with another kernel', now)).toBeNull();
    expect(await rememberedStall(cache, 'a host', now + 31 * 24 * 3_600_000)).toBeNull();
    await forgetStall(cache);
    expect(await rememberedStall(cache, 'a host', now)).toBeNull();
  });
});
