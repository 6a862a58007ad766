import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, describe, expect, it } from 'vitest';
import { makeHostKey } from '../../src/ssh/host-key.ts';
import { fingerprint, withoutComment } from '../../src/ssh/key-format.ts';
import { makeLoginKey } from '../../src/ssh/keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'labtui-keys-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const keygen = (...args: readonly string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' }).trim();

function written(pem: string): string {
  const file = join(directory, `key-${Math.random().toString(36).slice(2)}`);
  writeFileSync(file, pem, { mode: 0o600 });
  return file;
}

describe('login keys', () => {
  it('are valid on every run: 2000 of them parse and sign', () => {
    const data = Buffer.from('what is signed');
    for (let run = 0; run < 2_000; run += 1) {
      const { privateKeyPem, publicKey } = makeLoginKey('ed25519', 'labtui');
      const secret = ssh2.utils.parseKey(privateKeyPem);
      const open = ssh2.utils.parseKey(publicKey);
      if (secret instanceof Error) throw secret;
      if (open instanceof Error) throw open;
      expect(open.verify(data, secret.sign(data))).toBe(true);
    }
  });

  it.each(['ed25519', 'rsa'] as const)('of type %s are what OpenSSH reads, private and public half the same key', (type) => {
    for (let run = 0; run < (type === 'rsa' ? 2 : 8); run += 1) {
      const { privateKeyPem, publicKey } = makeLoginKey(type, 'labtui');
      const file = written(privateKeyPem);
      expect(keygen('-y', '-f', file)).toBe(publicKey);
      const [bits, print] = keygen('-l', '-f', file).split(' ');
      expect(print).toBe(fingerprint(publicKey));
      expect(bits).toBe(type === 'rsa' ? '3072' : '256');
    }
  });
});

describe('host keys', () => {
  it('differ from machine to machine and carry no comment', () => {
    const [one, other] = [makeHostKey(), makeHostKey()];
    expect(one.publicKey).not.toBe(other.publicKey);
    expect(withoutComment(one.publicKey)).toBe(one.publicKey);
    expect(keygen('-y', '-f', written(one.privateKeyPem))).toBe(one.publicKey);
  });
});
