import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { LabError } from '../../src/core/errors.ts';
import type { UserDataInput } from '../../src/core/ssh.ts';
import { cloudConfig } from '../../src/ssh/cloud-config.ts';
import { makeHostKey } from '../../src/ssh/host-key.ts';
import { makeLoginKey } from '../../src/ssh/keys.ts';
import { userData } from '../../src/ssh/user-data.ts';

const hostKey = makeHostKey();
const { publicKey } = makeLoginKey('ed25519', 'labtui');
const usual: UserDataInput = {
  init: 'cloud-init',
  hostName: 'kernel-lab-aws',
  hostKey,
  imageUser: 'fedora',
  user: 'fedora',
  publicKey,
  sshPort: 22,
  expiresAt: '2026-11-20T12:00:00.000Z',
  ttlMs: 4 * 3_600_000,
  motd: ['This machine is the lab kernel-lab-abc234, made by labtui.', "It shuts itself down at 12:00, and that's that."],
  serviceManager: 'systemd',
  userPart: null,
};

interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A reader of its own for what is sent: headers, and the body decoded. */
function partsOf(text: string): readonly Part[] {
  const boundary = /^Content-Type: multipart\/mixed; boundary="(.+)"\nMIME-Version: 1.0\n\n/.exec(text)?.[1];
  if (boundary === undefined) throw new Error('no multipart message');
  const pieces = text.split(`--${boundary}`);
  expect(pieces.at(-1)).toBe('--\n');
  return pieces.slice(1, -1).map((piece) => {
    const [head = '', ...rest] = piece.replace(/^\n/, '').replace(/\n$/, '').split('\n\n');
    const headers = Object.fromEntries(head.split('\n').map((line) => line.split(': ', 2) as [string, string]));
    const body = rest.join('\n\n');
    return { headers, body: headers['Content-Transfer-Encoding'] === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body };
  });
}
const typeOf = (part: Part | undefined) => part?.headers['Content-Type']?.split(';')[0];
const config = (input: UserDataInput): unknown => parse(partsOf(userData(input))[0]?.body ?? '');
const refusal = (input: Partial<UserDataInput>) => {
  try {
    userData({ ...usual, ...input });
  } catch (error) {
    if (error instanceof LabError) return error.problem;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('user data for cloud-init', () => {
  it('is a multipart message, labtui first, that is the same for the same input and small', () => {
    const text = userData(usual);
    expect(text).toBe(userData(usual));
    expect(text).not.toContain('\r');
    expect(Buffer.byteLength(text)).toBeLessThan(6 * 1024);
    expect(partsOf(text).map(typeOf)).toEqual(['text/cloud-config', 'text/cloud-boothook']);
  });

  it('hands over host key, login key and name', () => {
    expect(config(usual)).toEqual({
      ssh_deletekeys: true,
      ssh_keys: { ed25519_private: hostKey.privateKeyPem, ed25519_public: `${hostKey.publicKey}\n` },
      users: ['default'],
      ssh_authorized_keys: [publicKey],
      hostname: 'kernel-lab-aws',
      preserve_hostname: false,
      manage_etc_hosts: 'localhost',
      ssh_pwauth: false,
      package_update: false,
      package_upgrade: false,
    });
  });

  it('leaves out what is not given: the host key, the login key of a cloud', () => {
    const bare = config({ ...usual, hostKey: null, publicKey: null });
    expect(bare).not.toHaveProperty('ssh_keys');
    expect(bare).not.toHaveProperty('ssh_deletekeys');
    expect(bare).not.toHaveProperty('ssh_authorized_keys');
  });

  it('makes sure of a login user that is not the image\'s own, and lets root in where root is asked for', () => {
    const renamed = { user: { name: 'me', lock_passwd: true, sudo: 'ALL=(ALL) NOPASSWD:ALL' } };
    expect(config({ ...usual, user: 'me' })).toMatchObject(renamed);
    expect(config({ ...usual, user: 'me', imageUser: null })).toMatchObject(renamed);
    expect(config(usual)).not.toHaveProperty('disable_root');
    const root = { ...usual, user: 'root' };
    expect(config(root)).toMatchObject({ disable_root: false });
    expect(config(root)).not.toHaveProperty('user');
    expect(partsOf(userData(root))[1]?.body).toContain('PermitRootLogin prohibit-password');
    expect(partsOf(userData({ ...root, imageUser: 'root' }))[1]?.body).not.toContain('PermitRootLogin');
  });

  it.each([
    ['#!/bin/bash\necho "$HOME" && exit 3\n', 'text/x-shellscript'],
    ['#cloud-config\npackages: [vim]\n', 'text/cloud-config'],
    ['#include\nhttps://example.org/init\n', 'text/x-include-url'],
    ['#cloud-boothook\n#!/bin/sh\ntrue', 'text/cloud-boothook'],
    ['## template: jinja\n#cloud-config\nruncmd: ["echo {{ v1.region }}"]\n', 'text/jinja2'],
    ['#cloud-config-archive\n- "#!/bin/sh\\ntrue"\n', 'text/cloud-config-archive'],
    ['#!/bin/sh\necho "Grüße, 你好"\r\n\ttrue  ', 'text/x-shellscript'],
  ])('brings the user\'s part as it is: %j', (userPart, type) => {
    const part = partsOf(userData({ ...usual, userPart })).at(-1);
    expect(typeOf(part)).toBe(type);
    expect(part?.body).toBe(userPart);
  });

  it('nests a MIME message of the user\'s own', () => {
    const userPart = 'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n\n--x\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--x--\n';
    expect(userData({ ...usual, userPart })).toContain(`==\n${userPart}\n--==labtui-`);
  });

  it('lets the user\'s cloud-config add to labtui\'s, and have its way in courtesies', () => {
    const userPart = '#cloud-config\npackage_update: true\nhostname: mine\nusers:\n  - name: bob\n';
    const [ours, , users] = partsOf(userData({ ...usual, userPart }));
    expect(users?.headers['Merge-Type']).toBe('list(append)+dict(no_replace,recurse_list)+str()');
    expect(parse(ours?.body ?? '')).not.toHaveProperty('package_update');
    expect(parse(ours?.body ?? '')).not.toHaveProperty('hostname');
    expect(parse(ours?.body ?? '')).toHaveProperty('package_upgrade', false);
  });

  it.each([
    ['echo hello', 'begins with "echo hello"'],
    ['#cloud-config\nkey: [1, 2\n', 'not valid YAML'],
    ['#cloud-config\n- a\n', 'not a YAML mapping'],
  ])('refuses what cloud-init would ignore: %j', (userPart, summary) => {
    expect(refusal({ userPart })).toMatchObject({ kind: 'invalid-input', summary: expect.stringContaining(summary) as string });
  });

  it('takes a blank part for none', () => {
    expect(userData({ ...usual, userPart: ' \n' })).toBe(userData(usual));
  });

  it('is valid for cloud-init itself', (context) => {
    let version: string;
    try {
      version = execFileSync('cloud-init', ['--version'], { encoding: 'utf8' });
    } catch {
      context.skip('cloud-init is not on the PATH: its schema was NOT checked');
      return;
    }
    const directory = mkdtempSync(join(tmpdir(), 'labtui-schema-'));
    try {
      const file = join(directory, 'config.yaml');
      for (const input of [usual, { ...usual, user: 'me' }, { ...usual, user: 'root' }]) {
        writeFileSync(file, cloudConfig(input, null));
        expect(execFileSync('cloud-init', ['schema', '--config-file', file], { encoding: 'utf8' }), version).toContain('Valid');
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('user data for other kinds of start', () => {
  const ignitionSchema = z.object({
    ignition: z.object({ version: z.literal('3.0.0'), config: z.object({ merge: z.array(z.object({ source: z.string() })) }).optional() }),
    passwd: z.object({ users: z.array(z.record(z.string(), z.unknown())) }),
    storage: z.object({ files: z.array(z.object({ path: z.string(), mode: z.number(), contents: z.object({ source: z.string() }) })) }),
    systemd: z.object({ units: z.array(z.object({ name: z.string(), enabled: z.boolean().optional(), contents: z.string() })) }).optional(),
  });
  const decoded = (source: string) => Buffer.from(source.replace('data:;base64,', ''), 'base64').toString('utf8');

  it('Ignition: host key, login, deadline, and the user\'s part merged', () => {
    const core = { ...usual, init: 'ignition', user: 'core', imageUser: 'core' } as const;
    const userPart = '{"ignition": {"version": "3.3.0"}}';
    const read = ignitionSchema.parse(JSON.parse(userData({ ...core, userPart })));
    expect(read.passwd.users).toEqual([{ name: 'core', sshAuthorizedKeys: [publicKey] }]);
    const key = read.storage.files.find(({ path }) => path === '/etc/ssh/ssh_host_ed25519_key');
    expect(key?.mode).toBe(0o600);
    expect(decoded(key?.contents.source ?? '')).toBe(hostKey.privateKeyPem);
    const timer = read.systemd?.units.find(({ name }) => name === 'labtui-ttl.timer');
    expect(timer?.enabled).toBe(true);
    expect(timer?.contents).toContain('OnCalendar=2026-11-20 12:00:00 UTC\nOnBootSec=14400s\n');
    expect(decoded(read.ignition.config?.merge[0]?.source ?? '')).toBe(userPart);
    expect(refusal({ ...core, userPart: '#cloud-config\n' }).kind).toBe('invalid-input');
    expect(refusal({ ...core, sshPort: 2222 }).summary).toContain('22');
  });

  it('a startup script: labtui\'s steps, then the user\'s script; nothing but a script', () => {
    const script = userData({ ...usual, init: 'startup-script', hostKey: null, userPart: '#!/bin/sh\necho mine\n' });
    expect(script.startsWith('#!/bin/sh\n')).toBe(true);
    expect(script).toContain('labtui-ttl');
    expect(script).toContain(Buffer.from('#!/bin/sh\necho mine\n').toString('base64'));
    expect(refusal({ init: 'startup-script', userPart: '#cloud-config\n' }).kind).toBe('invalid-input');
  });

  it('none: there is no user data, and none can be handed over', () => {
    expect(userData({ ...usual, init: 'none' })).toBe('');
    expect(refusal({ init: 'none', userPart: '#!/bin/sh\n' }).kind).toBe('invalid-input');
  });
});
