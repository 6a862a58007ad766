import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { worldCertificate } from '../../../src/rehearsal/face/world-certificate.ts';

let world: string;
beforeEach(() => {
  world = mkdtempSync(join(tmpdir(), 'labtui-world-'));
});
afterEach(() => rmSync(world, { recursive: true, force: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;
const now = new Date('2026-11-21T10:00:00Z');
const daysLater = (days: number): Date => new Date(now.getTime() + days * 86_400_000);

describe("the certificate of a world's HTTPS port", () => {
  it('stays what it is, and is made anew a week before it ends', async () => {
    const first = await worldCertificate(world, null, now);
    expect((await worldCertificate(world, null, daysLater(300))).tls).toEqual(first.tls);
    const next = await worldCertificate(world, null, daysLater(360));
    expect(next.tls.cert).not.toBe(first.tls.cert);
    expect(Date.parse(new X509Certificate(next.tls.cert).validTo)).toBeGreaterThan(daysLater(700).getTime());
    expect(readFileSync(next.authorityFile, 'utf8')).toBe(next.tls.cert);
  });

  it('keeps its key to itself; what clients trust is for everybody', async () => {
    const { authorityFile, bundleFile, tls } = await worldCertificate(world, null, now);
    expect([modeOf(join(world, 'tls')), modeOf(join(world, 'tls/identity.pem')), modeOf(authorityFile), modeOf(bundleFile)]).toEqual([0o700, 0o600, 0o644, 0o644]);
    const bundle = readFileSync(bundleFile, 'utf8');
    expect(bundle).not.toContain('PRIVATE KEY');
    expect(bundle.startsWith(tls.cert)).toBe(true);
    // The rest of the world stays reachable for whoever trusts this file in the place of the system's.
    expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(rootCertificates.length + 1);
  });

  it("takes the authorities that the user's own file names, but never its own bundle, nor a file that is gone", async () => {
    const own = join(world, 'company.pem');
    writeFileSync(own, '-----BEGIN CERTIFICATE-----\nY29tcGFueQ==\n-----END CERTIFICATE-----\n');
    const { bundleFile } = await worldCertificate(world, own, now);
    expect(readFileSync(bundleFile, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    for (const other of [bundleFile, join(world, 'nothing.pem')]) {
      await worldCertificate(world, other, now);
      expect(readFileSync(bundleFile, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(rootCertificates.length + 1);
    }
  });

  it.each(['', 'rubbish', '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'])('is made anew where the file holds something else: %j', async (broken) => {
    await worldCertificate(world, null, now);
    writeFileSync(join(world, 'tls/identity.pem'), broken);
    const { tls } = await worldCertificate(world, null, now);
    expect(new X509Certificate(tls.cert).checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  it('is the same for two that come at once', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => worldCertificate(world, null, now)));
    const standing = readFileSync(join(world, 'tls/identity.pem'), 'utf8');
    expect((await worldCertificate(world, null, now)).tls).toEqual({ key: expect.stringContaining('PRIVATE KEY') as string, cert: standing.slice(standing.indexOf('-----BEGIN CERTIFICATE')) });
    expect(all.every(({ tls }) => new X509Certificate(tls.cert).checkHost('localhost') !== undefined)).toBe(true);
  });
});
