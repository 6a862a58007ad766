import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { UserDataInput } from '../../../src/core/ssh.ts';
import { makeGuestHostKey, publicHalf } from '../../../src/rehearsal/engine/open-ssh-key.ts';
import { readGuestInstructions } from '../../../src/rehearsal/engine/user-data.ts';
import { makeHostKey } from '../../../src/ssh/host-key.ts';
import { userData } from '../../../src/ssh/user-data.ts';

const hostKey = makeHostKey();
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFk= labtui';
const usual: UserDataInput = {
  init: 'cloud-init',
  hostName: 'kernel-lab-aws',
  hostKey,
  imageUser: 'fedora',
  user: 'fedora',
  publicKey: key,
  sshPort: 22,
  expiresAt: '2026-11-20T12:00:00.000Z',
  ttlMs: 4 * 3_600_000,
  motd: ["It shuts itself down at 12:00, and that's that."],
  serviceManager: 'systemd',
  userPart: null,
};
const read = (input: Partial<UserDataInput>) => readGuestInstructions(userData({ ...usual, ...input }));
const timer = { shutdownAtMs: Date.parse('2026-11-20T12:00:00.000Z'), shutdownAfterBootMs: 4 * 3_600_000 };

describe("labtui's own user data", () => {
  it('cloud-init: host key, login, name, deadline', () => {
    expect(read({})).toMatchObject({
      hostKey,
      authorizedKeys: [{ user: null, publicKey: key }],
      user: null,
      hostName: 'kernel-lab-aws',
      sshPort: 22,
      ...timer,
    });
    expect(read({ publicKey: null, hostKey: null, expiresAt: null, ttlMs: null, motd: [] })).toEqual({
      hostKey: null,
      authorizedKeys: [],
      user: null,
      hostName: 'kernel-lab-aws',
      sshPort: 22,
      shutdownAtMs: null,
      shutdownAfterBootMs: null,
      scripts: [],
    });
  });

  it('another login user, root, another port', () => {
    expect(read({ user: 'me', sshPort: 2222 })).toMatchObject({ user: 'me', sshPort: 2222, authorizedKeys: [{ user: null }] });
    expect(read({ user: 'root' }).authorizedKeys).toEqual([
      { user: null, publicKey: key },
      { user: 'root', publicKey: key },
    ]);
  });

  it('the user\'s own part beside it adds, and takes nothing away', () => {
    const userPart = '#cloud-config\n# ü\nhostname: mine\nssh_authorized_keys: [ssh-rsa BBBB other]\nssh_keys: {ed25519_private: x}\nusers:\n  - name: eve\n    ssh_authorized_keys: [ssh-rsa CCCC eve]\n';
    const both = read({ userPart });
    expect(both).toMatchObject({ hostKey, hostName: 'mine', ...timer });
    expect(both.authorizedKeys).toEqual([
      { user: null, publicKey: key },
      { user: null, publicKey: 'ssh-rsa BBBB other' },
      { user: 'eve', publicKey: 'ssh-rsa CCCC eve' },
    ]);
    const script = '#!/bin/bash\necho "grüß dich"\nshutdown -P +30\n';
    const scripted = read({ userPart: script });
    expect(scripted.scripts.at(-1)).toBe(script);
    expect(scripted).toMatchObject({ shutdownAfterBootMs: 30 * 60_000, hostKey });
    const mime = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/x-shellscript\n\n#!/bin/sh\ndate\n--b--\n';
    expect(read({ userPart: mime }).scripts.at(-1)).toBe('#!/bin/sh\ndate');
  });

  it('a startup script, and Ignition', () => {
    const script = '#!/usr/bin/env python3\nprint(1)\n';
    const started = read({ init: 'startup-script', userPart: script, sshPort: 2022 });
    expect(started).toMatchObject({ ...timer, sshPort: 2022, hostKey: null, hostName: null });
    expect(started.scripts.at(-1)).toBe(script);

    const merged = JSON.stringify({ ignition: { version: '3.0.0' }, passwd: { users: [{ name: 'eve', sshAuthorizedKeys: ['ssh-rsa CCCC'] }] } });
    expect(read({ init: 'ignition', user: 'core', imageUser: 'core', userPart: merged })).toMatchObject({
      hostKey,
      hostName: 'kernel-lab-aws',
      authorizedKeys: [
        { user: 'eve', publicKey: 'ssh-rsa CCCC' },
        { user: 'core', publicKey: key },
      ],
      ...timer,
    });
  });
});

describe("other people's user data", () => {
  it('plain cloud-config, a nested and gzipped part, an archive, a template', () => {
    expect(
      readGuestInstructions(
        `#cloud-config\nfqdn: web.example.org\nuser: {name: admin, ssh_authorized_keys: ssh-rsa A}\nssh_keys:\n  ed25519_private: |\n${hostKey.privateKeyPem.replace(/^(?=.)/gm, '    ')}\npower_state: {mode: poweroff, delay: "+5"}\nbootcmd:\n  - [labtui-ttl, "1", "2"]\nwrite_files:\n  - {path: /etc/ssh/sshd_config.d/p.conf, content: "Port 2200\\n"}\n`,
      ),
    ).toMatchObject({
      hostKey,
      hostName: 'web',
      user: 'admin',
      authorizedKeys: [{ user: null, publicKey: 'ssh-rsa A' }],
      sshPort: 2200,
      shutdownAtMs: 1_000,
      shutdownAfterBootMs: 2_000,
    });
    const packed = gzipSync('#cloud-config\nhostname: inside\n').toString('base64');
    const nested = `MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=out\n\n--out\nContent-Type: multipart/mixed; boundary="in"\n\n--in\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n${packed}\n--in--\n--out--\n`;
    expect(readGuestInstructions(nested).hostName).toBe('inside');
    expect(readGuestInstructions(nested.replaceAll('\n', '\r\n')).hostName).toBe('inside');
    expect(readGuestInstructions('#cloud-config-archive\n- type: text/cloud-config\n  content: |\n    #cloud-config\n    hostname: archived\n- "#!/bin/sh\\ntrue\\n"\n')).toMatchObject({ hostName: 'archived', scripts: ['#!/bin/sh\ntrue\n'] });
    expect(readGuestInstructions('## template: jinja\n#cloud-config\nhostname: lab-{{ v1.instance_id }}\n').hostName).toContain('lab-');
  });

  it('a broken part is left out, as cloud-init carries on', () => {
    const broken = [
      '#cloud-config\na: [1\n b: }',
      '#cloud-config\n- list\n',
      '#cloud-config\nssh_keys: 7\nssh_authorized_keys: {a: 1}\nusers: yes\nhostname: 3\npower_state: no\nruncmd: 8\nwrite_files: 9\n',
      '#cloud-config\nssh_keys: {ed25519_private: "-----BEGIN OPENSSH PRIVATE KEY-----\\nAAAA\\n-----END"}\n',
      'Content-Type: multipart/mixed\n\nno boundary',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\nnever ends',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/gzip\nContent-Transfer-Encoding: base64\n\nH4sIAAA=\n--x--',
      '{"ignition": {"version": "3.0.0", "config": {"merge": [{"source": "https://example.org"}, 4]}}, "storage": {"files": [1, {"path": 2}]}}',
      '{"ignition": ',
      'anything else',
    ];
    for (const text of broken) {
      expect(readGuestInstructions(text), text).toMatchObject({ hostKey: null, authorizedKeys: [], sshPort: 22, scripts: [] });
    }
    expect(read({ userPart: '## template: jinja\n#cloud-config\na: {{ b\n' })).toMatchObject({ hostKey, hostName: 'kernel-lab-aws' });
  });

  it('a later plain part replaces whole keys, as is cloud-init\'s default', () => {
    const two = 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\n#cloud-config\nssh_authorized_keys: [a]\nhostname: one\n--b\n\n#cloud-config\nssh_authorized_keys: [b]\n--b--\n';
    expect(readGuestInstructions(two)).toMatchObject({ hostName: 'one', authorizedKeys: [{ user: null, publicKey: 'b' }] });
  });
});

it('a key that a guest makes itself carries its public half', () => {
  for (let n = 0; n < 300; n += 1) {
    const { privateKeyPem, publicKey } = makeGuestHostKey();
    expect(publicHalf(privateKeyPem)).toBe(publicKey);
  }
  expect(publicHalf(hostKey.privateKeyPem)).toBe(hostKey.publicKey);
  expect(publicHalf('no key')).toBeNull();
});
