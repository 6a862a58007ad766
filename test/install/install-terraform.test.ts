import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { readKey, readPrivateKey, reformatKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import { hashicorpFingerprint, hashicorpKey } from '../../src/install/hashicorp-key.ts';
import { type InstallRequest, installTerraform } from '../../src/install/install-terraform.ts';
import type { InstallProgress } from '../../src/install/progress.ts';
import { licence, namedSignature, plainSignature, program, programOf, publishRelease, releaseHost, type ReleaseHost, signatureOf, signingKey, type SigningKey, sumsName, version, zipName } from './release-host.ts';

const days = (count: number): Date => new Date(Date.now() + count * 86_400_000);

let top: string;
let cacheDir: string;
let host: ReleaseHost;
let key: SigningKey;

beforeAll(async () => {
  key = await signingKey();
});
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'labtui-install-'));
  cacheDir = join(top, 'cache');
  host = await releaseHost();
});
afterEach(async () => {
  await host.close();
  rmSync(top, { recursive: true, force: true });
});

const install = (change?: Partial<InstallRequest>) => installTerraform(request(change));

function request(change: Partial<InstallRequest> = {}): InstallRequest {
  return {
    cacheDir,
    platform: 'linux',
    arch: 'x64',
    baseUrl: host.url,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    environment: {},
    publicKey: key.publicKey,
    ...change,
  };
}

/** Everything below the cache, by path. */
const inCache = (): readonly string[] => (existsSync(cacheDir) ? readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).sort() : []);
const installed = ['terraform', `terraform/${version}`, `terraform/${version}/terraform`, `terraform/${version}/terraform.sha256`];

/** The refusal; nothing may have been installed or left. */
async function refusalOf(work: Promise<unknown>): Promise<LabError> {
  const error = await work.then(
    () => expect.unreachable('it was installed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LabError)) throw error;
  expect(inCache().filter((name) => name !== 'terraform')).toEqual([]);
  return error;
}

describe('installing Terraform', () => {
  it('fetches sums, signature and archive in this order, and leaves one program that runs, with its checksum', async () => {
    await publishRelease(host, key);
    const progress: InstallProgress[] = [];
    const result = await install({ onProgress: (step) => progress.push(step) });
    expect(result).toEqual({ binary: join(cacheDir, `terraform/${version}/terraform`), version, fetched: true });
    expect(host.requests).toEqual([sumsName, namedSignature, zipName]);
    expect(inCache()).toEqual(installed);
    expect(statSync(result.binary).mode & 0o777).toBe(0o755);
    expect(readFileSync(result.binary, 'utf8')).toBe(program.content);
    expect(execFileSync('sha256sum', ['-c', 'terraform.sha256'], { cwd: join(result.binary, '..'), encoding: 'utf8' })).toContain('OK');
    expect([...new Set(progress.map(({ step }) => step))]).toEqual(['asking', 'signature', 'downloading', 'unpacking', 'checking']);
    const fingerprint = (await readKey({ armoredKey: key.publicKey })).getFingerprint().toUpperCase();
    expect(progress).toContainEqual({ step: 'signature', fingerprint, signedAt: expect.any(Date) });
    const last = progress.findLast(({ step }) => step === 'downloading');
    expect(last).toMatchObject({ receivedBytes: (last as { totalBytes: number }).totalBytes });
  });

  it('does nothing a second time, not even over the network', async () => {
    await publishRelease(host, key);
    const first = await install();
    const before = statSync(first.binary);
    await host.close();
    expect(await install()).toEqual({ ...first, fetched: false });
    expect(statSync(first.binary)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it('replaces one that was damaged since, and one that has no checksum', async () => {
    await publishRelease(host, key);
    const { binary } = await install();
    writeFileSync(binary, programOf(version).replace('echo', 'exec echo'));
    expect(await install()).toMatchObject({ fetched: true });
    expect(readFileSync(binary, 'utf8')).toBe(program.content);
    rmSync(`${binary}.sha256`);
    expect(await install()).toMatchObject({ fetched: true });
    expect(inCache()).toEqual(installed);
  });

  it('works as it is bundled: its packages load on demand', async () => {
    await publishRelease(host, key);
    const root = resolve(import.meta.dirname, '../..');
    const { bundleOptions } = (await import(join(root, 'esbuild.config.mjs'))) as { bundleOptions: (entries: object, folder: string) => BuildOptions };
    await build(bundleOptions({ install: join(root, 'src/install/install-terraform.ts') }, join(top, 'bundle')));
    const bundled = (await import(join(top, 'bundle/install.js'))) as { installTerraform: typeof installTerraform };
    expect(await bundled.installTerraform(request())).toMatchObject({ fetched: true });
    expect(readdirSync(join(top, 'bundle/chunks')).join()).toContain('openpgp');
  });

  it('is fine when several do it at once', async () => {
    await publishRelease(host, key);
    const results = await Promise.all([install(), install(), install()]);
    expect(new Set(results.map(({ binary }) => binary)).size).toBe(1);
    expect(inCache()).toEqual(installed);
    expect(await install()).toMatchObject({ fetched: false });
  });

  it('takes the signature without a key in its name where there is no other', async () => {
    await publishRelease(host, key);
    host.put(plainSignature, await signatureOf(await textOf(sumsName), key));
    host.put(namedSignature, null);
    expect(await install()).toMatchObject({ fetched: true });
    expect(host.requests).toEqual([sumsName, namedSignature, plainSignature, zipName]);
  });

  it('clears away what killed installs have left, and nothing that is under way', async () => {
    const leave = (name: string, ageMs: number): string => {
      const folder = join(cacheDir, 'terraform', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'terraform.zip'), 'half');
      utimesSync(folder, new Date(), new Date(Date.now() - ageMs));
      return folder;
    };
    const old = leave(`.${version}.0123456789ab.tmp`, 7_200_000);
    const fresh = leave(`.${version}.ba9876543210.tmp`, 60_000);
    await publishRelease(host, key);
    await install();
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});

async function textOf(name: string): Promise<string> {
  const response = await fetch(`${host.url}terraform/${version}/${name}`);
  (host.requests as string[]).pop();
  return response.text();
}

describe('nothing is installed', () => {
  it('when the archive is not the one that was signed', async () => {
    const zip = await publishRelease(host, key);
    host.put(zipName, Buffer.concat([zip, Buffer.from('\0')]));
    const refusal = await refusalOf(install());
    expect(refusal.problem).toMatchObject({ kind: 'prerequisite', summary: expect.stringContaining('checksum differs'), detail: expect.stringMatching(/[0-9a-f]{64}/) });
  });

  it('when the checksums were changed after they were signed', async () => {
    await publishRelease(host, key);
    host.put(sumsName, Buffer.from((await textOf(sumsName)).replace('0', '1')));
    const refusal = await refusalOf(install());
    expect(refusal.problem).toMatchObject({ kind: 'prerequisite', summary: expect.stringContaining('the content is not what was signed') });
    expect(host.requests).not.toContain(zipName);
  });

  it('when somebody else signed, or nobody', async () => {
    await publishRelease(host, await signingKey());
    const foreign = await refusalOf(install());
    expect(foreign.problem).toMatchObject({ kind: 'prerequisite', summary: expect.stringMatching(/another key than HashiCorp's \([0-9A-F]{16}\)/) });
    expect((await refusalOf(install({ publicKey: undefined }))).message).toContain("another key than HashiCorp's");
    host.put(namedSignature, Buffer.from('<html>not a signature</html>'));
    expect((await refusalOf(install())).problem).toMatchObject({ kind: 'prerequisite', summary: expect.stringContaining('signature of') });
    host.put(namedSignature, Buffer.alloc(0));
    expect((await refusalOf(install())).problem.kind).toBe('prerequisite');
    host.put(namedSignature, null);
    expect((await refusalOf(install())).problem).toMatchObject({ kind: 'not-found', summary: expect.stringContaining('no signature') });
    expect(host.requests).not.toContain(zipName);
  });

  it('when the signature was made after the key had ended; one made before goes on holding', async () => {
    const endless = await signingKey(days(-400));
    const ended = await withEnd(endless, days(-400), 100);
    await publishRelease(host, endless, undefined, { signedAt: days(-200) });
    const late = await refusalOf(install({ publicKey: ended }));
    expect(late.problem).toMatchObject({ kind: 'prerequisite', summary: expect.stringContaining("after labtui's copy of the key had expired") });
    await publishRelease(host, endless, undefined, { signedAt: days(-350) });
    expect(await install({ publicKey: ended })).toMatchObject({ fetched: true });
  });

  it('when the signature comes from the future', async () => {
    await publishRelease(host, key, undefined, { signedAt: days(3) });
    expect((await refusalOf(install())).message).toContain("this computer's clock is wrong");
  });

  it('when the download breaks off, or stays silent', async () => {
    const zip = await publishRelease(host, key);
    host.put(zipName, (response) => {
      response.writeHead(200, { 'content-length': zip.length });
      response.write(zip.subarray(0, 200), () => response.destroy());
    });
    expect((await refusalOf(install())).problem).toMatchObject({ kind: 'network', retryable: true, summary: expect.stringContaining(zipName) });
    host.put(zipName, (response) => {
      response.writeHead(200);
      response.end(zip.subarray(0, 200));
    });
    expect((await refusalOf(install())).message).toContain('checksum differs');
    host.put(zipName, (response) => void response.writeHead(200).write(zip.subarray(0, 200)));
    expect((await refusalOf(install({ stallMs: 200 }))).problem).toMatchObject({ kind: 'network', summary: expect.stringContaining('silent for') });
  });

  it('when there is no network, or the host fails; and proxies that Node does not use are told', async () => {
    host.put(sumsName, (response) => void response.writeHead(503).end());
    expect((await refusalOf(install())).problem).toMatchObject({ kind: 'network', summary: expect.stringContaining('HTTP 503') });
    await host.close();
    const plain = await refusalOf(install());
    expect(plain.problem).toMatchObject({ kind: 'network', summary: expect.stringContaining('ECONNREFUSED'), hint: expect.stringContaining('LABTUI_TERRAFORM_MIRROR') });
    expect(plain.problem.hint).not.toContain('NODE_USE_ENV_PROXY');
    expect((await refusalOf(install({ environment: { https_proxy: 'http://proxy:3128' } }))).problem.hint).toContain('https_proxy is set, but Node does not use it');
  });

  it.each<[string, Partial<InstallRequest>, string, RegExp]>([
    ['a processor nobody builds for', { arch: 'riscv64' }, 'prerequisite', /no Terraform 1\.11\.4 for linux\/riscv64/],
    ['a system nobody builds for', { platform: 'aix' }, 'prerequisite', /for aix\/x64/],
    ['a platform that this release lacks', { platform: 'openbsd', arch: 'arm64' }, 'prerequisite', /for openbsd_arm64/],
    ['a version that is not there', { version: '1.99.0' }, 'not-found', /no Terraform 1\.99\.0 at/],
    ['a version that is a path', { version: '../../1.11.4' }, 'invalid-input', /no version/],
    ['a URL of another kind', { baseUrl: 'file:///tmp' }, 'invalid-input', /not over file:/],
    ['no URL', { baseUrl: 'releases' }, 'invalid-input', /"releases" is no URL/],
    ['a URL with a password', { baseUrl: 'https://me:secret@host/' }, 'invalid-input', /has a user in it/],
  ])('for %s', async (_, change, kind, message) => {
    await publishRelease(host, key);
    const refusal = await refusalOf(install(change));
    expect(refusal.problem.kind).toBe(kind);
    expect(refusal.message).toMatch(message);
    expect(refusal.problem.hint).toBeTruthy();
    expect(JSON.stringify(refusal.problem)).not.toContain('secret');
    expect(host.requests).not.toContain(zipName);
  });

  it.each<[string, Parameters<typeof publishRelease>[2], RegExp]>([
    ['lacks the program', [licence], /holds no terraform/],
    ['has it in a folder', [{ ...program, name: 'bin/terraform' }], /holds no terraform/],
    ['reaches out of its folder', [{ ...program, name: '../terraform' }, program], /archive of Terraform is broken/],
    ['has a link in its place', [{ ...program, content: '/bin/sh', mode: 0o120777 }], /its terraform is no program/],
    ['holds another version', [{ ...program, content: programOf('1.2.3') }], /says that it is 1\.2\.3, not Terraform 1\.11\.4/],
    ['holds what does not run', [{ ...program, content: '#!/bin/sh\necho no loader >&2\nexit 127\n' }], /does not run here/],
  ])('when a signed archive %s', async (_, entries, message) => {
    await publishRelease(host, key, entries);
    const refusal = await refusalOf(install());
    expect(refusal.problem.kind).toBe('prerequisite');
    expect(refusal.message).toMatch(message);
    expect(readdirSync(top).sort()).toEqual(['cache']);
  });

  it('when a signed file is no archive, or a damaged one', async () => {
    const zip = await publishRelease(host, key, [{ ...program, content: 'x'.repeat(100_000) }]);
    // A block type that deflate does not have, at the first byte behind header and name.
    const damaged = Buffer.from(zip).fill(0xff, 30 + 'terraform'.length, 60);
    for (const bytes of [Buffer.from('<html>'), zip.subarray(0, zip.length - 30), damaged]) {
      const sums = `${createHash('sha256').update(bytes).digest('hex')}  ${zipName}\n`;
      host.put(zipName, bytes);
      host.put(sumsName, Buffer.from(sums));
      host.put(namedSignature, await signatureOf(sums, key));
      expect((await refusalOf(install())).problem).toMatchObject({ kind: 'prerequisite', summary: expect.stringContaining('archive of Terraform is broken') });
    }
  });

  it('when it is interrupted, at any step', async () => {
    await publishRelease(host, key);
    for (const step of ['asking', 'signature', 'downloading', 'unpacking', 'checking']) {
      const abort = new AbortController();
      const onProgress = (progress: InstallProgress): void => {
        if (progress.step === step) abort.abort('SIGINT');
      };
      const refusal = await refusalOf(install({ signal: abort.signal, onProgress }));
      expect(refusal, step).toMatchObject({ exitCode: 130, message: 'interrupted before Terraform was installed' });
    }
    expect(await install()).toMatchObject({ fetched: true });
  });

  it.skipIf(process.getuid?.() === 0)('where the cache cannot be written', async () => {
    await publishRelease(host, key);
    mkdirSync(cacheDir);
    chmodSync(cacheDir, 0o500);
    expect((await refusalOf(install())).problem).toMatchObject({ kind: 'prerequisite', code: 'EACCES', hint: expect.stringContaining('XDG_CACHE_HOME') });
  });

  it('where a file is in the way', async () => {
    await publishRelease(host, key);
    writeFileSync(cacheDir, '');
    const error: unknown = await install().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { kind: 'prerequisite', code: 'ENOTDIR', summary: expect.stringContaining('a file is in the way') } });
  });
});

/** The same key with an end, as its owner would write it. */
async function withEnd({ privateKey }: SigningKey, made: Date, lifeDays: number): Promise<string> {
  const { publicKey } = await reformatKey({
    privateKey: await readPrivateKey({ armoredKey: privateKey }),
    userIDs: [{ name: 'Releases of the test', email: 'releases@example.org' }],
    date: made,
    keyExpirationTime: lifeDays * 86_400,
    format: 'armored',
  });
  return publicKey;
}

describe('a full disk', () => {
  let disk = '';
  const mounted = (() => {
    const folder = mkdtempSync(join(tmpdir(), 'labtui-install-full-'));
    disk = folder;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
      return true;
    } catch {
      process.stderr.write('SKIPPED: a full disk is not tested: mounting a tmpfs needs root\n');
      return false;
    }
  })();
  afterAll(() => {
    if (mounted) execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  it.skipIf(!mounted)('is told, and nothing is left on it, whether download or program does not fit', async () => {
    cacheDir = join(disk, 'cache');
    const full = { kind: 'prerequisite', code: 'ENOSPC', summary: expect.stringContaining('the disk is full'), hint: expect.stringContaining('XDG_CACHE_HOME') };
    const large = `${programOf(version)}# ${'x'.repeat(400_000)}\n`;
    for (const deflated of [false, true]) {
      await publishRelease(host, key, [{ ...program, content: large, deflated }]);
      expect((await refusalOf(install())).problem).toMatchObject(full);
    }
  });
});

describe("HashiCorp's key", () => {
  it('is the one whose fingerprint HashiCorp publishes, and held when the tested release was signed', async () => {
    const parsed = await readKey({ armoredKey: hashicorpKey });
    expect(parsed.getFingerprint().toUpperCase()).toBe(hashicorpFingerprint);
    expect(parsed.isPrivate()).toBe(false);
    expect(await parsed.getExpirationTime()).toEqual(new Date('2026-04-18T21:50:17Z'));
    // Terraform 1.11.4 came out on 2025-04-09.
    const signing = await parsed.getSigningKey(undefined, new Date('2025-04-09T12:00:00Z'));
    expect(signing.getKeyID().toHex().toUpperCase()).toBe('C820C6D5CD27AB87');
    await expect(parsed.getSigningKey(undefined, new Date('2026-05-01T12:00:00Z'))).rejects.toThrow('expired');
  });
});
