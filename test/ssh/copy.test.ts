import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import { copyRemote, type CopyRequest } from '../../src/ssh/copy/copy.ts';
import type { CopyProgress } from '../../src/ssh/copy/copy-tree.ts';
import { findProgram } from '../../src/platform/find-program.ts';
import { skipLoudly } from '../support/labtui.ts';
import { type LoopbackLab, sshdSkipReason, startLoopbackLab } from '../support/loopback-sshd.ts';

describe.skipIf(skipLoudly('cp against a real sshd', sshdSkipReason()))('cp', () => {
  let root: string;
  let lab: LoopbackLab;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'labtui-copy-'));
    lab = await startLoopbackLab();
  });
  afterEach(async () => {
    await lab.close();
    rmSync(root, { recursive: true, force: true });
  });

  const here = (...names: readonly string[]) => join(root, 'here', ...names);
  const there = (...names: readonly string[]) => join(root, 'there', ...names);
  const copy = (direction: 'up' | 'down', source: string, target: string, options: Partial<CopyRequest> = {}) =>
    copyRemote({ session: lab.record, paths: lab.paths, host: lab.host, signal: new AbortController().signal, environment: {}, direction, source, target, dereference: false, onProgress: () => undefined, ...options });
  const failure = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(() => null, (caught: unknown) => caught);
    if (!(error instanceof LabError)) throw new Error(`expected a LabError, got ${String(error)}`);
    return { kind: error.problem.kind, summary: error.problem.summary, hint: error.problem.hint };
  };
  const sides = () => {
    mkdirSync(here(), { recursive: true });
    mkdirSync(there(), { recursive: true });
  };

  it.each(['up', 'down'] as const)('%s: a tree arrives as it is: bytes, modes, times, links, empty directories', async (direction) => {
    sides();
    const [from, to] = direction === 'up' ? [here, there] : [there, here];
    mkdirSync(from('src', 'deep', 'empty'), { recursive: true });
    const large = randomBytes(3_000_001);
    writeFileSync(from('src', 'large.bin'), large);
    writeFileSync(from('src', 'deep', 'run me'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(from('src', "it's -odd\n$(x)"), 'odd');
    writeFileSync(from('src', 'nothing'), '');
    chmodSync(from('src', 'nothing'), 0o400);
    symlinkSync('deep/run me', from('src', 'link'));
    symlinkSync('/nowhere/at all', from('src', 'dangling'));
    symlinkSync('.', from('src', 'itself'));
    utimesSync(from('src', 'large.bin'), 1_000_000_000, 1_000_000_000);
    chmodSync(from('src', 'deep'), 0o555);
    utimesSync(from('src', 'deep'), 1_100_000_000, 1_100_000_000);
    try {
      const told: CopyProgress[] = [];
      const copied = await copy(direction, from('src'), to(), { onProgress: (progress) => told.push(progress) });
      expect(copied).toMatchObject({ target: to('src'), files: 4, directories: 3, links: 3, bytes: 3_000_001 + 10 + 3, unchanged: 0, skipped: [] });
      expect(readFileSync(to('src', 'large.bin')).equals(large)).toBe(true);
      expect(readFileSync(to('src', "it's -odd\n$(x)"), 'utf8')).toBe('odd');
      expect(statSync(to('src', 'deep', 'run me')).mode & 0o7777).toBe(0o755);
      expect(statSync(to('src', 'nothing')).mode & 0o7777).toBe(0o400);
      expect(statSync(to('src', 'large.bin')).mtimeMs).toBe(1_000_000_000_000);
      expect(statSync(to('src', 'deep')).mode & 0o7777).toBe(0o555);
      expect(statSync(to('src', 'deep')).mtimeMs).toBe(1_100_000_000_000);
      expect(readlinkSync(to('src', 'link'))).toBe('deep/run me');
      expect(readlinkSync(to('src', 'dangling'))).toBe('/nowhere/at all');
      expect(readdirSync(to('src', 'deep')).sort()).toEqual(['empty', 'run me']);
      expect(readdirSync(to('src')).filter((name) => name.endsWith('.labtui-part'))).toEqual([]);
      expect(told.at(-1)).toEqual({ files: 4, filesTotal: 4, bytes: copied.bytes, bytesTotal: copied.bytes });

      chmodSync(from('src', 'deep'), 0o755);
      writeFileSync(from('src', 'deep', 'run me'), '#!/bin/sh\nexit 1\n');
      const again = await copy(direction, `${from('src')}/.`, to('src'));
      expect(again).toMatchObject({ target: to('src'), unchanged: 1, links: 3 });
      expect(readFileSync(to('src', 'deep', 'run me'), 'utf8')).toContain('exit 1');
    } finally {
      chmodSync(from('src', 'deep'), 0o755);
      if (existsSync(to('src', 'deep'))) chmodSync(to('src', 'deep'), 0o755);
    }
  });

  it('lands where cp would: in a directory that is there, else under the new name, through a link to a file', async () => {
    sides();
    writeFileSync(here('a'), 'A');
    mkdirSync(here('d'));
    writeFileSync(here('d', 'x'), 'X');
    expect((await copy('up', here('a'), there())).target).toBe(there('a'));
    expect((await copy('up', here('a'), there('b'))).target).toBe(there('b'));
    expect((await copy('up', here('d'), there('e'))).target).toBe(there('e'));
    expect((await copy('up', here('d'), there('e'))).target).toBe(there('e', 'd'));
    expect((await copy('up', `${here('d')}/.`, there('e'))).target).toBe(there('e'));
    expect(readdirSync(there('e')).sort()).toEqual(['d', 'x']);
    symlinkSync('b', there('l'));
    writeFileSync(here('a'), 'A2');
    await copy('up', here('a'), there('l'));
    expect(lstatSync(there('l')).isSymbolicLink()).toBe(true);
    expect(readFileSync(there('b'), 'utf8')).toBe('A2');
    symlinkSync('d', here('linked'));
    expect(await copy('up', here('linked'), there('as-directory'))).toMatchObject({ files: 1 });
    symlinkSync('x', here('d', 'lx'));
    await copy('up', here('d'), there('followed'), { dereference: true });
    expect(lstatSync(there('followed', 'lx')).isFile()).toBe(true);
    symlinkSync('.', here('d', 'round'));
    expect(await failure(copy('up', here('d'), there('again'), { dereference: true }))).toMatchObject({ kind: 'invalid-input', summary: expect.stringContaining('leads back') as string });
  });

  it('refuses what cannot be, by name', async () => {
    sides();
    writeFileSync(here('a'), 'A');
    mkdirSync(here('d'));
    expect(await failure(copy('up', here('no'), there()))).toEqual({ kind: 'not-found', summary: `${here('no')}: no such file or directory`, hint: undefined });
    expect(await failure(copy('down', there('no'), here()))).toMatchObject({ kind: 'not-found', summary: `lab:${there('no')}: no such file or directory` });
    expect(await failure(copy('up', here('a'), there('no', 'deep')))).toMatchObject({ kind: 'not-found', summary: expect.stringContaining(`lab:${there('no')}`) as string });
    expect(await failure(copy('up', here('a'), `${there('no')}/`))).toMatchObject({ kind: 'invalid-input' });
    writeFileSync(there('f'), 'F');
    expect(await failure(copy('up', here('d'), there('f')))).toMatchObject({ kind: 'invalid-input', summary: expect.stringContaining('is a file') as string });
    expect(await failure(copy('down', '/dev/null', here('n')))).toMatchObject({ kind: 'invalid-input', summary: 'lab:/dev/null is neither a file nor a directory' });
    mkdirSync(there('d', 'x'), { recursive: true });
    writeFileSync(here('d', 'x'), '');
    expect(await failure(copy('up', here('d'), there()))).toMatchObject({ kind: 'conflict', summary: `lab:${there('d', 'x')}: a directory is there` });
  });

  it('goes on after a cut where the beginning is the same, and only there', async () => {
    sides();
    const content = randomBytes(12_000_000);
    writeFileSync(here('big'), content);
    const seen: number[] = [];
    const cut = copy('up', here('big'), there('big'), {
      onProgress: ({ bytes }) => {
        seen.push(bytes);
        if (bytes > 6_000_000) lab.cut();
      },
    });
    expect(await failure(cut)).toMatchObject({ kind: 'network', summary: expect.stringMatching(/^lab: /) as string, hint: expect.stringContaining('goes on where it stopped') as string });
    expect(existsSync(there('big'))).toBe(false);
    const part = there('.big.labtui-part');
    expect(statSync(part).size).toBeGreaterThan(4_000_000);

    const resumed = await copy('up', here('big'), there('big'));
    expect(resumed.resumedBytes).toBeGreaterThan(1_000_000);
    expect(readFileSync(there('big')).equals(content)).toBe(true);
    expect(existsSync(part)).toBe(false);

    const local = here('.back.labtui-part');
    writeFileSync(local, content.subarray(0, 9_000_000));
    expect((await copy('down', there('big'), here('back'))).resumedBytes).toBeGreaterThan(6_000_000);
    expect(readFileSync(here('back')).equals(content)).toBe(true);

    writeFileSync(local, randomBytes(14_000_000));
    expect((await copy('down', there('big'), here('back'))).resumedBytes).toBe(0);
    expect(readFileSync(here('back')).equals(content)).toBe(true);
  });

  describe.skipIf(skipLoudly('cp of much through the system\'s ssh', findProgram('ssh', process.env) === null ? 'there is no ssh' : null))('of much', () => {
    const size = 100 * 2 ** 20;
    /** The system's ssh as `cp` finds it: what it was asked for is noted, and `with` may stand around it. */
    const ssh = (line = 'exec "$SSH" "$@"') => {
      mkdirSync(here('bin'), { recursive: true });
      writeFileSync(here('bin', 'ssh'), `#!/bin/sh\nfor word; do :; done; echo "$word" >> ${here('asked')}\nSSH=${findProgram('ssh', process.env) ?? ''}\n${line}\n`, { mode: 0o755 });
      return { environment: { ...process.env, PATH: `${here('bin')}:${process.env.PATH ?? ''}` } };
    };
    const asked = () => readFileSync(here('asked'), 'utf8');

    it.each(['up', 'down'] as const)('%s: goes through the system\'s ssh, on after a cut, with mode, time and progress', async (direction) => {
      sides();
      const [from, to] = direction === 'up' ? [here, there] : [there, here];
      const content = randomBytes(size);
      writeFileSync(from("it's big"), content, { mode: 0o640 });
      utimesSync(from("it's big"), 1_000_000_000, 1_000_000_000);
      const breaking = ssh(direction === 'up' ? `head -c 25000000 | "$SSH" "$@"; echo broken off >&2; exit 255` : `"$SSH" "$@" | head -c 25000000; echo broken off >&2; exit 255`);
      expect(await failure(copy(direction, from("it's big"), to('x y'), breaking))).toEqual({ kind: 'network', summary: 'lab: broken off', hint: 'give the same command again: it goes on where it stopped' });
      expect(existsSync(to('x y'))).toBe(false);
      expect(statSync(to('.x y.labtui-part')).size).toBe(25_000_000);

      const told: CopyProgress[] = [];
      const copied = await copy(direction, from("it's big"), to('x y'), { ...ssh(), onProgress: (progress) => told.push(progress) });
      expect(copied.resumedBytes).toBeGreaterThan(20_000_000);
      expect(readFileSync(to('x y')).equals(content)).toBe(true);
      expect(statSync(to('x y'))).toMatchObject({ mtimeMs: 1_000_000_000_000, mode: 0o100640 });
      expect(told.at(-1)).toEqual({ files: 1, filesTotal: 1, bytes: size, bytesTotal: size });
      expect(told.every(({ bytes }, index) => bytes >= (told[index - 1]?.bytes ?? 0))).toBe(true);
      expect(asked().trim().split('\n').map((line) => line.replace(/^sh -c '.*' sh /, 'from '))).toEqual(
        direction === 'up' ? [0, copied.resumedBytes].map((start) => `from '${to('.x y.labtui-part')}' ${start}`) : [`exec cat -- '${from("it'\\''s big")}'`, `exec tail -c +${copied.resumedBytes + 1} -- '${from("it'\\''s big")}'`],
      );
    });

    it.each(['up', 'down'] as const)('%s: what the ssh of a labtui that was killed goes on writing does no harm', async (direction) => {
      sides();
      const [from, to] = direction === 'up' ? [here, there] : [there, here];
      const content = randomBytes(size);
      writeFileSync(from('big'), content);
      // Each with an open file of its own, and so a position of its own.
      const former = direction === 'up' ? `"$SSH" "$@" < '${from('big')}' &` : `"$SSH" "$@" 1<> '${to('.big.labtui-part')}' &`;
      await copy(direction, from('big'), to('big'), ssh(`${former}\n"$SSH" "$@"; code=$?; wait; exit $code`));
      expect(readFileSync(to('big')).equals(content)).toBe(true);
    });

    it('stays with SFTP for what is small, where there is no ssh, and where the shell there says more than its commands do', async () => {
      sides();
      writeFileSync(here('big'), randomBytes(size));
      writeFileSync(here('small'), randomBytes(1_000_000));
      await copy('up', here('small'), there('small'), ssh());
      await copy('up', here('big'), there('big'), { environment: { PATH: here() } });
      const noisy = await startLoopbackLab({ config: ['ForceCommand case "$SSH_ORIGINAL_COMMAND" in *sftp*) ;; *) echo welcome ;; esac; eval "$SSH_ORIGINAL_COMMAND"'] });
      try {
        await copy('down', there('big'), here('back'), { ...ssh(), session: noisy.record, paths: noisy.paths, host: noisy.host });
      } finally {
        await noisy.close();
      }
      expect(readFileSync(here('back')).equals(readFileSync(here('big')))).toBe(true);
      expect(existsSync(here('asked'))).toBe(false);
    });

    it('says what the machine said, and stops when it is told to', async () => {
      sides();
      writeFileSync(here('big'), randomBytes(size));
      expect(await failure(copy('up', here('big'), there('big'), ssh("echo 'cat: write error: No space left on device' >&2; exit 1")))).toMatchObject({ kind: 'conflict', summary: `lab:${there('.big.labtui-part')}: no space is left on the disk` });
      const stop = new AbortController();
      const stopped = copy('up', here('big'), there('big'), { ...ssh('head -c 9000000 | "$SSH" "$@"; exec sleep 600'), signal: stop.signal, onProgress: ({ bytes }) => (bytes > 0 ? stop.abort('SIGINT') : undefined) });
      expect(await failure(stopped)).toMatchObject({ summary: 'interrupted' });
      expect(existsSync(there('big'))).toBe(false);
    });
  });

  it('does not take a file that shrinks under it for whole', async () => {
    sides();
    writeFileSync(here('log'), Buffer.alloc(6_000_000, 'l'));
    const shrinking = copy('up', here('log'), there('log'), { onProgress: ({ bytes }) => (bytes > 0 ? truncateSync(here('log'), 1_000) : undefined) });
    expect(await failure(shrinking)).toMatchObject({ kind: 'conflict', summary: `${here('log')} changed while it was copied` });
    expect(existsSync(there('log'))).toBe(false);
  });

  it('stops when it is told to, and where the machine is another one', async () => {
    sides();
    writeFileSync(here('big'), randomBytes(8_000_000));
    const stop = new AbortController();
    const stopped = copy('up', here('big'), there('big'), { signal: stop.signal, onProgress: ({ bytes }) => (bytes > 1_000_000 ? stop.abort('SIGINT') : undefined) });
    await expect(stopped).rejects.toBeInstanceOf(LabError);
    expect(existsSync(there('big'))).toBe(false);
    lab.showOtherKey();
    expect(await failure(copy('up', here('big'), there('big')))).toMatchObject({ kind: 'network', summary: expect.stringContaining('not the pinned') as string, hint: expect.stringContaining('may belong to somebody else') as string });
    lab.refuse(true);
    expect(await failure(copy('up', here('big'), there('big')))).toMatchObject({ kind: 'network' });
  });
});

describe.skipIf(skipLoudly('cp without SFTP', sshdSkipReason()))('cp to a machine without SFTP', () => {
  it('says what is missing there', async () => {
    const lab = await startLoopbackLab({ config: ['ForceCommand /bin/true'] });
    try {
      const request = { session: lab.record, paths: lab.paths, host: lab.host, signal: new AbortController().signal, environment: {}, direction: 'down', source: '/etc/hostname', target: tmpdir(), dereference: false, onProgress: () => undefined } as const;
      await expect(copyRemote(request)).rejects.toMatchObject({ problem: { kind: 'prerequisite', hint: expect.stringContaining('openssh-sftp-server') as string }, exitCode: 5 });
    } finally {
      await lab.close();
    }
  });
});
