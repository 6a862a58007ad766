import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import { buildImage } from '../../src/local/image/build-image.ts';
import { ensureImage } from '../../src/local/image/ensure-image.ts';
import { exportImage } from '../../src/local/image/export-image.ts';
import type { StoredImage } from '../../src/local/image/stored-images.ts';
import { skipLoudly } from '../support/labtui.ts';

const installed = (name: string): boolean => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, name)));
const missing = ['mmdebstrap', 'qemu-img', 'mke2fs', 'debugfs'].filter((name) => !installed(name));
const reason =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'NOT RUN: building an image here needs Linux and root'
    : missing.length > 0
      ? `NOT RUN: building an image needs ${missing.join(', ')} (Debian: mmdebstrap qemu-utils e2fsprogs)`
      : null;

const skipped = skipLoudly('building an image', reason);

describe.skipIf(skipped)('an image of Debian 12, built from its package archive', () => {
  let place: string;
  let image: StoredImage;
  const said: string[] = [];
  const request = () => ({
    distro: 'debian' as const,
    version: '12',
    suite: 'bookworm',
    arch: process.arch === 'arm64' ? ('arm64' as const) : ('amd64' as const),
    mirror: null,
    cacheDirectory: join(place, 'cache'),
    environment: process.env,
    asRoot: true,
    signal: new AbortController().signal,
    onLine: (line: string) => void said.push(line),
  });
  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'labtui-build-'));
    image = await buildImage(request()).catch((error: unknown) => {
      throw error instanceof LabError ? new Error(`${error.message}\n${error.problem.detail ?? ''}`) : error;
    });
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  /** What debugfs says of the built file system. */
  const look = async (command: string): Promise<string> => {
    const raw = join(place, 'raw');
    if (!existsSync(raw)) await execa('qemu-img', ['convert', '-O', 'raw', join(image.directory, 'disk.qcow2'), raw]);
    const { stdout } = await execa('debugfs', ['-R', command, raw], { env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` } });
    return stdout;
  };

  it('starts by its own kernel, and is what a stack can pin', async () => {
    expect(image.record).toMatchObject({ source: 'build:debian@12', format: 'qcow2', virtualSizeBytes: 3 * 1024 ** 3, boot: { kernel: 'vmlinuz', initrd: 'initrd.img' } });
    expect(statSync(join(image.directory, 'vmlinuz')).size).toBeGreaterThan(1e6);
    expect(statSync(join(image.directory, 'initrd.img')).size).toBeGreaterThan(1e6);
    const { source, arch, checksum } = image.record;
    const found = await ensureImage({ source, arch, checksum, format: 'qcow2' }, { cacheDirectory: join(place, 'cache'), usedBy: place, signal: new AbortController().signal, environment: {} });
    expect(found).toMatchObject({ file: join(image.directory, 'disk.qcow2'), kernelArguments: expect.stringContaining('root=LABEL=rootfs') as string });
  });

  it('holds a whole system that belongs to root, and nothing of the computer that built it', async () => {
    expect(await look('stat /usr/bin/cloud-init')).toMatch(/User: +0 +Group: +0/);
    expect(await look('stat /usr/bin/sudo')).toMatch(/Mode: +04755/);
    expect(await look('ls /usr/sbin')).toContain('sshd');
    expect(await look('cat /etc/machine-id')).toBe('');
    expect(await look('ls /etc/ssh')).not.toContain('ssh_host_');
    expect(await look('stat /etc/resolv.conf')).toContain('../run/systemd/resolve/stub-resolv.conf');
    expect(await look('ls /proc')).not.toContain('cpuinfo');
    expect(await look('cat /etc/cloud/cloud.cfg.d/90_labtui.cfg')).toContain('NoCloud');
  });

  it('can be taken along as files, which file: reads', async () => {
    const file = join(place, 'out', 'debian.qcow2');
    await exportImage(image, file);
    const options = { cacheDirectory: join(place, 'other'), usedBy: place, signal: new AbortController().signal, environment: {} };
    const found = await ensureImage({ source: `file:${file}`, arch: image.record.arch, checksum: null, format: null }, options);
    expect(found).toMatchObject({ file, kernelFile: `${file}.vmlinuz`, initrdFile: `${file}.initrd` });
    expect(readFileSync(`${file}.vmlinuz`).equals(readFileSync(join(image.directory, 'vmlinuz')))).toBe(true);
  });

  it('without an archive says so, and leaves nothing', async () => {
    const cacheDirectory = join(place, 'failing');
    const failed: unknown = await buildImage({ ...request(), cacheDirectory, mirror: 'http://127.0.0.1:9/debian' }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(LabError);
    expect(failed instanceof LabError && failed.problem).toMatchObject({ kind: 'network', hint: expect.stringContaining('--mirror') as string });
    expect((await execa('ls', ['-A', join(cacheDirectory, 'images')])).stdout).toBe('');
  });
});
