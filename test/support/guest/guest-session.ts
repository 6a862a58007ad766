import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { execa } from 'execa';
import type { Host, HostEvent } from '../../../src/core/events.ts';
import type { SessionPaths, SessionRecord } from '../../../src/core/session.ts';
import type { ReadyOutcome } from '../../../src/core/ssh.ts';
import { pathsIn } from '../../../src/sessions/place.ts';
import { execRemote } from '../../../src/ssh/exec.ts';
import { usualPatience } from '../../../src/ssh/patience.ts';
import { createSsh } from '../../../src/ssh/ssh.ts';
import { sampleRecord, sampleStack } from '../../sessions/sample-record.ts';

export interface GuestSessionRequest {
  /** A directory of the test's own. */
  readonly dir: string;
  readonly name: string;
  readonly user: string;
  readonly address: string;
  readonly proxyCommand?: string;
  /** Port of the guest's SSH server. @default 22 */
  readonly sshPort?: number;
  readonly userPart?: string;
  /** false: no host key is handed over. @default true */
  readonly injectHostKey?: boolean;
  /** Longest that a wrong key, a wrong host key or a silent server is put up with. */
  readonly patienceMs?: number;
}

/** One session with one machine, as far as SSH sees it: prepared by labtui's own src/ssh, without a cloud. */
export interface GuestSession {
  readonly userData: string;
  readonly publicKey: string;
  readonly injectedHostKey: string;
  readonly expiresAt: string;
  readonly paths: SessionPaths;
  readonly events: readonly HostEvent[];
  /** `port`: where the SSH server is reached, where that is not its own port. */
  waitUntilReady(options?: { port?: number; timeoutMs?: number; signal?: AbortSignal }): Promise<ReadyOutcome>;
  /** By labtui's exec. */
  exec(command: readonly string[], input?: string): Promise<{ code: number; stdout: string; stderr: string }>;
  /** By the system's ssh, with the session's own config. */
  openSsh(command: string): Promise<{ code: number | undefined; stdout: string; stderr: string }>;
}

export async function guestSession(request: GuestSessionRequest): Promise<GuestSession> {
  const { name, user, address, sshPort = 22, patienceMs = 2_000 } = request;
  const environment = { PATH: process.env.PATH };
  const patience = { ...usualPatience, permissionMs: patienceMs, otherHostKeyMs: patienceMs, firstPauseMs: 200 };
  const ssh = createSsh({ environment, homeDir: request.dir, patience });
  const ttlMs = 4 * 3_600_000;
  const expiresAt = new Date(Math.floor((Date.now() + ttlMs) / 1_000) * 1_000).toISOString();
  const sshPlan = { ...sampleRecord().ssh, port: sshPort, proxyCommand: request.proxyCommand ?? null };
  const prepared = await ssh.prepareKey(sshPlan);
  const { publicKey } = { publicKey: '', ...prepared.key };
  const hostKey = ssh.hostKey();
  const handedOver = request.injectHostKey === false ? null : hostKey;
  const events: HostEvent[] = [];

  const stack = sampleStack({ machines: [{ name, index: 1 }], user });
  const [sample] = stack.hosts;
  if (sample === undefined) throw new Error('the sample has no host');
  let host: Host = { ...sample, publicIp: address, port: sshPort, hostKeyFingerprint: null, hostKeyTrust: null, stage: null };
  const record = (): SessionRecord =>
    sampleRecord({ expiresAt, ssh: sshPlan, key: prepared.key, stacks: { aws: { ...stack, hosts: [host] } } });
  const paths = pathsIn(join(request.dir, name));
  await mkdir(paths.root, { recursive: true });
  await ssh.writeSessionFiles(paths, record(), prepared, new Map(handedOver === null ? [] : [[name, hostKey.publicKey]]));

  return {
    publicKey,
    injectedHostKey: hostKey.publicKey,
    expiresAt,
    paths,
    events,
    userData: ssh.userData({
      init: 'cloud-init',
      hostName: name,
      hostKey: handedOver,
      imageUser: user,
      user,
      publicKey,
      sshPort,
      expiresAt,
      ttlMs,
      motd: ['This machine is the lab of a test.', "It's not for long."],
      serviceManager: 'systemd',
      userPart: request.userPart ?? null,
    }),
    async waitUntilReady({ port = sshPort, timeoutMs = 120_000, signal = new AbortController().signal } = {}) {
      host = { ...host, port };
      const session = record();
      const outcome = await ssh.waitUntilReady({ host, session, paths, init: 'cloud-init', timeoutMs, signal, onHost: (event) => events.push(event) });
      host = outcome.host;
      await ssh.writeConfig(paths, record());
      return outcome;
    },
    async exec(command, input) {
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
      stdin.end(input);
      const signal = new AbortController().signal;
      const code = await execRemote({ session: record(), paths, host, command, stdin, stdout, stderr, signal, environment });
      return { code, stdout: String(stdout.read() ?? '').trim(), stderr: String(stderr.read() ?? '').trim() };
    },
    async openSsh(command) {
      const { exitCode, stdout, stderr } = await execa('ssh', ['-F', paths.sshConfig, name, command], { reject: false, timeout: 60_000, env: environment });
      return { code: exitCode, stdout, stderr };
    },
  };
}
