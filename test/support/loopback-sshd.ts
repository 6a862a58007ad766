import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makeHostKey } from '../../src/ssh/host-key.ts';
import { makeLoginKey } from '../../src/ssh/keys.ts';
import { writeSessionFiles } from '../../src/ssh/session-files.ts';
import { pathsIn } from '../../src/sessions/place.ts';
import type { Host } from '../../src/core/events.ts';
import type { SessionPaths, SessionRecord } from '../../src/core/session.ts';
import { sampleRecord, sampleStack } from '../sessions/sample-record.ts';
import { hostAt } from './lab-session.ts';

const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find((file) => existsSync(file)) ?? null;
const sftpServer = ['/usr/lib/openssh/sftp-server', '/usr/libexec/openssh/sftp-server', '/usr/lib/ssh/sftp-server', '/usr/libexec/sftp-server'].find((file) => existsSync(file)) ?? null;

/** Why no real SSH server can be had on this computer; null: it can. */
export function sshdSkipReason(): string | null {
  if (sshd === null || sftpServer === null) return 'there is no sshd or no sftp-server (openssh-server, openssh-sftp-server)';
  if (process.getuid?.() !== 0) return null;
  try {
    // Started as root it wants a directory of its own, which the system makes at boot.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    return null;
  } catch (error) {
    return `sshd's directory cannot be made: ${String(error)}`;
  }
}

/** A real OpenSSH server on the loopback, and a session whose machines all are this computer. */
export interface LoopbackLab {
  readonly id: string;
  /** Holds the session. */
  readonly sessions: string;
  readonly record: SessionRecord;
  readonly paths: SessionPaths;
  readonly hosts: readonly Host[];
  readonly host: Host;
  readonly port: number;
  /** Breaks every connection. */
  cut(): void;
  /** From now on no connection is answered, or again. */
  refuse(refused: boolean): void;
  /** As if the address belonged to another machine now. */
  showOtherKey(): void;
  close(): Promise<void>;
}

/** `machines`: their names; all have the one address. `config`: lines for sshd_config. */
export async function startLoopbackLab({ machines = ['lab'], config = [] }: { readonly machines?: readonly string[]; readonly config?: readonly string[] } = {}): Promise<LoopbackLab> {
  const root = mkdtempSync(join(tmpdir(), 'labtui-loopback-'));
  const file = (name: string) => join(root, name);
  const [hostKey, otherKey, loginKey] = [makeHostKey(), makeHostKey(), makeLoginKey('ed25519', 'test')];
  const keyFile = file('host_key');
  writeFileSync(keyFile, hostKey.privateKeyPem, { mode: 0o600 });
  writeFileSync(file('authorized_keys'), `${loginKey.publicKey}\n`, { mode: 0o600 });
  writeFileSync(
    file('sshd_config'),
    // Bash below another one does not read this user's .bashrc, which may say something.
    [...config, 'SetEnv SHLVL=2', `HostKey ${keyFile}`, `AuthorizedKeysFile ${file('authorized_keys')}`, 'StrictModes no', 'UsePAM no', 'PermitRootLogin yes', 'PasswordAuthentication no', 'PidFile none', `Subsystem sftp ${sftpServer ?? ''}`, ''].join('\n'),
  );
  const log = openSync(file('sshd.log'), 'a');
  const children = new Set<ChildProcess>();
  let refused = false;
  // One server for each connection, as inetd would start it: no port to be guessed, and each can be ended alone.
  const listener = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    if (refused || sshd === null) {
      socket.destroy();
      return;
    }
    const child = spawn(sshd, ['-i', '-e', '-f', file('sshd_config')], { stdio: [socket, socket, log], detached: true });
    children.add(child);
    child.on('exit', () => children.delete(child));
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;

  const sessions = file('sessions');
  const id = 'loop-abc234';
  mkdirSync(join(sessions, id), { recursive: true, mode: 0o700 });
  const hosts = machines.map((name) => hostAt(name, '127.0.0.1', { port, user: userInfo().username, stage: 'ready' }));
  const key = { kind: 'generated', publicKey: loginKey.publicKey } as const;
  const stack = sampleStack({ machines: machines.map((name, index) => ({ name, index: index + 1 })), user: userInfo().username });
  const record = sampleRecord({ id, name: 'loop', expiresAt: new Date(Date.now() + 3 * 3_600_000).toISOString(), key, stacks: { aws: { ...stack, hosts } } });
  const paths = pathsIn(join(sessions, id));
  writeFileSync(paths.sessionJson, JSON.stringify(record), { mode: 0o600 });
  await writeSessionFiles(paths, record, { key, privateKeyPem: loginKey.privateKeyPem }, new Map(machines.map((name) => [name, hostKey.publicKey])));
  const [host] = hosts;
  if (host === undefined) throw new Error('a lab without a machine');

  const cut = () => {
    for (const child of children) {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
  };
  return {
    id,
    sessions,
    record,
    paths,
    hosts,
    host,
    port,
    cut,
    refuse: (now) => {
      refused = now;
    },
    showOtherKey: () => writeFileSync(keyFile, otherKey.privateKeyPem, { mode: 0o600 }),
    close: async () => {
      cut();
      await new Promise((resolve) => listener.close(resolve));
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
