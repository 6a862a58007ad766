import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionKey } from '../../src/core/session.ts';
import { stanzas } from '../../src/ssh/config.ts';
import { runOpenSsh } from '../../src/ssh/open-ssh.ts';
import { hostAt, pathsBelow, sessionWith } from '../support/lab-session.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'labtui-open-ssh-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('ssh', () => {
  const run = (script: string, command: readonly string[] = []) => {
    const file = join(directory, 'ssh');
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" >${directory}/arguments\n${script}\n`);
    chmodSync(file, 0o755);
    const environment = { PATH: `${directory}:${process.env.PATH ?? ''}` };
    return runOpenSsh({ config: '/sessions/a b/ssh/config', alias: 'kernel-lab-aws', command, environment });
  };
  const given = () => readFileSync(join(directory, 'arguments'), 'utf8').trim().split('\n');

  it('is the system\'s own, with the session\'s config; its exit code and its death by a signal pass through', async () => {
    expect(await run('exit 42')).toBe(42);
    expect(given()).toEqual(['-F', '/sessions/a b/ssh/config', 'kernel-lab-aws']);
    expect(await run('exit 0', ['ls', '-l', 'a b'])).toBe(0);
    expect(given()).toEqual(['-F', '/sessions/a b/ssh/config', 'kernel-lab-aws', '--', 'ls', '-l', 'a b']);
    expect(await run('kill -TERM $$')).toBe(143);
    expect(process.listenerCount('SIGQUIT')).toBe(0);
  });

  it('that is missing is a missing prerequisite', async () => {
    await expect(
      runOpenSsh({ config: 'c', alias: 'a', command: [], environment: { PATH: directory } }),
    ).rejects.toMatchObject({ problem: { kind: 'prerequisite' } });
  });
});

describe('stanzas', () => {
  const paths = pathsBelow('/home/me/my labs/100%/kernel-lab-abc234');
  const text = (key: SessionKey, proxyCommand: string | null = null) =>
    stanzas(sessionWith([hostAt('lab-1', '192.0.2.1'), hostAt('lab-2', null), hostAt('lab-3', null, { publicDns: 'vm.example.org', port: 2222 })], { key, proxyCommand }), paths);

  it('one for each machine with an address, everything absolute, host key pinned by name', () => {
    const both = text({ kind: 'generated', publicKey: 'ssh-ed25519 AAAA' }, 'nc -x jump %h %p');
    expect(both.match(/^Host .*/gm)).toEqual(['Host lab-1', 'Host lab-3']);
    expect(both.split('\n\n')[1]).toBe(`Host lab-3
  HostName vm.example.org
  User fedora
  Port 2222
  IdentityFile "/home/me/my labs/100%%/kernel-lab-abc234/ssh/id_ed25519"
  IdentitiesOnly yes
  HostKeyAlias lab-3
  UserKnownHostsFile "/home/me/my labs/100%%/kernel-lab-abc234/ssh/known_hosts"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  CheckHostIP no
  UpdateHostKeys no
  PasswordAuthentication no
  ForwardAgent no
  ProxyCommand nc -x jump %h %p
  ConnectTimeout 15
  ServerAliveInterval 15
  ServerAliveCountMax 4
  LogLevel ERROR
`);
  });

  it('name the key that there is', () => {
    const identity = (key: SessionKey) => /IdentityFile "?([^"\n]*)/.exec(text(key))?.[1];
    expect(identity({ kind: 'generated', publicKey: 'ssh-rsa AAAA' })).toMatch(/ssh\/id_rsa$/);
    expect(identity({ kind: 'existing', publicKey: 'ssh-ed25519 AAAA', privateKeyFile: '/home/me/.ssh/lab' })).toBe('/home/me/.ssh/lab');
    expect(identity({ kind: 'existing', publicKey: 'ssh-ed25519 AAAA', privateKeyFile: null })).toMatch(/ssh\/id_ed25519\.pub$/);
    expect(identity({ kind: 'cloud', cloudKeyName: 'work', privateKeyFile: '/home/me/.ssh/work.pem' })).toBe('/home/me/.ssh/work.pem');
    expect(text({ kind: 'cloud', cloudKeyName: 'work', privateKeyFile: null })).not.toContain('IdentitiesOnly');
  });
});
