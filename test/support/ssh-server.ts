import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Transform } from 'node:stream';
import ssh2, { type AuthContext, type Server, type ServerChannel, type Session } from 'ssh2';
import { keyBytes } from '../../src/ssh/key-format.ts';
import { makeHostKey } from '../../src/ssh/host-key.ts';

/** What the guest does beside the usual. All of it may change while it runs. */
export interface Behaviour {
  /** A connection is held that long before the banner; null: for ever. */
  bannerDelayMs: number | null;
  /** Public key lines that are let in. */
  authorizedKeys: string[];
  /** `cloud-init status`: what it prints and its exit code; null: there is no cloud-init. */
  cloudInit: { stdout?: string; stderr?: string; code: number; sleepS?: number; refusesFormat?: boolean } | null;
  /** Whether the user may become root. */
  sudo: boolean;
  /** What `systemctl reload` of sshd does: reads the new keys, or pretends to. */
  reload: 'works' | 'does nothing';
  restart: 'works' | 'does nothing';
}

export interface SshGuest {
  readonly port: number;
  readonly behaviour: Behaviour;
  /** The directory that stands for /etc/ssh. */
  readonly etcSsh: string;
  /** The file that stands for /etc/labtui-ttl. */
  readonly ttlFile: string;
  /** Shows this private key from the next connection on. */
  showKey(privateKeyPem: string): Promise<void>;
  /** Commands that were run, as the server was given them. */
  readonly commands: readonly string[];
  /** Keys that were offered and not let in. */
  readonly refusedKeys: () => number;
  /** Breaks every connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

const tools = ['sh', 'mktemp', 'ssh-keygen', 'cat', 'chmod', 'mv', 'rm', 'sleep', 'head', 'seq', 'kill', 'true', 'printf', 'wc', 'cut'];

/**
 * An SSH server on a free port of 127.0.0.1 that runs what it is told in a real `sh`, with a PATH of stand-ins for sudo,
 * systemctl and cloud-init and a directory of its own for /etc/ssh: the guest scripts themselves run unchanged.
 */
export async function startSshGuest(
  { hostKeyPem, port = 0, ...initial }: Partial<Behaviour> & { hostKeyPem?: string; port?: number } = {},
): Promise<SshGuest> {
  const root = await mkdtemp(join(tmpdir(), 'labtui-guest-'));
  const etcSsh = join(root, 'etc-ssh');
  const bin = join(root, 'bin');
  const ttlFile = join(root, 'labtui-ttl');
  const systemd = join(root, 'systemd');
  await Promise.all([etcSsh, bin, systemd].map((directory) => mkdir(directory)));
  const behaviour: Behaviour = {
    bannerDelayMs: 0,
    authorizedKeys: [],
    cloudInit: { stdout: '{"status": "done", "errors": [], "recoverable_errors": {}}', code: 0 },
    sudo: true,
    reload: 'works',
    restart: 'works',
    ...initial,
  };
  await linkTools(bin);

  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let refusedKeys = 0;
  let server = newServer([]);

  function newServer(hostKeys: string[]): Server {
    return new ssh2.Server({ hostKeys, keepaliveInterval: 0 }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (context) => {
        if (!authenticate(context, behaviour.authorizedKeys)) refusedKeys += 1;
      });
      client.on('session', (accept) => serveSession(accept()));
    });
  }

  async function readKeys(): Promise<void> {
    server = newServer([await readFile(join(etcSsh, 'ssh_host_ed25519_key'), 'utf8')]);
  }

  function serveSession(session: Session): void {
    let child: ReturnType<typeof spawn> | null = null;
    session.on('signal', (_accept, _reject, info) => {
      if (child?.pid !== undefined) process.kill(-child.pid, `SIG${info.name}` as NodeJS.Signals);
    });
    session.on('exec', (accept, _reject, info) => {
      commands.push(info.command);
      const channel = accept();
      void prepare(bin, root, behaviour).then(() => {
        child = run(channel, rewrite(info.command), async () => {
          if (existsSync(join(root, 'told-reload')) || existsSync(join(root, 'told-restart'))) {
            await readKeys();
            await rm(join(root, 'told-reload'), { force: true });
            await rm(join(root, 'told-restart'), { force: true });
          }
        });
        // The guest was removed meanwhile.
      }).catch(() => channel.close());
    });
  }

  const rewrite = (text: string) =>
    text.replaceAll('dir=/etc/ssh\n', `dir=${etcSsh}\n`).replaceAll('/run/systemd/system', systemd).replaceAll('/etc/labtui-ttl', ttlFile);

  function run(channel: ServerChannel, command: string, afterwards: () => Promise<void>) {
    const child = spawn('sh', ['-c', command], {
      env: { PATH: bin, HOME: root, ROOT: root, LANG: 'C' },
      stdio: 'pipe',
      detached: true,
    });
    const input = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const text = chunk.toString('latin1');
        done(null, text.includes('/etc/ssh\n') || text.includes('/run/systemd') ? Buffer.from(rewrite(text), 'latin1') : chunk);
      },
    });
    channel.pipe(input).pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.on('close', (code, signal) => {
      void afterwards().then(() => {
        if (signal === null) channel.exit(code ?? 0);
        else channel.exit(signal.replace('SIG', ''));
        channel.end();
      });
    });
    channel.on('close', () => {
      try {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGHUP');
      } catch {
        // It ended meanwhile.
      }
    });
    return child;
  }

  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (behaviour.bannerDelayMs === null) return;
    setTimeout(() => server.injectSocket(socket), behaviour.bannerDelayMs);
  });
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));

  const showKey = async (privateKeyPem: string) => {
    await writeFile(join(etcSsh, 'ssh_host_ed25519_key'), privateKeyPem, { mode: 0o600 });
    await readKeys();
  };
  await showKey(hostKeyPem ?? makeHostKey().privateKeyPem);

  return {
    port: (listener.address() as AddressInfo).port,
    behaviour,
    etcSsh,
    ttlFile,
    commands,
    refusedKeys: () => refusedKeys,
    showKey,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** false: a key was offered that is not let in. */
function authenticate(context: AuthContext, authorizedKeys: readonly string[]): boolean {
  if (context.method !== 'publickey') {
    context.reject(['publickey']);
    return true;
  }
  const { data } = context.key;
  if (!authorizedKeys.some((line) => keyBytes(line).equals(data))) {
    context.reject(['publickey']);
    return false;
  }
  if (context.signature === undefined || context.blob === undefined) {
    context.accept();
    return true;
  }
  const key = ssh2.utils.parseKey(data);
  if (!(key instanceof Error) && key.verify(context.blob, context.signature, context.hashAlgo)) context.accept();
  else context.reject(['publickey']);
  return true;
}

async function linkTools(bin: string): Promise<void> {
  const places = (process.env.PATH ?? '').split(delimiter);
  for (const tool of tools) {
    const place = places.find((directory) => existsSync(join(directory, tool)));
    if (place !== undefined) await symlink(join(place, tool), join(bin, tool));
  }
}

/** Writes the stand-ins as the behaviour says now. */
async function prepare(bin: string, root: string, { cloudInit, sudo, reload, restart }: Behaviour): Promise<void> {
  const script = async (name: string, text: string) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await script('id', 'echo 1000');
  await script('sudo', sudo ? '[ "$1" = -n ] && shift\nexec "$@"' : 'echo "sudo: a password is required" >&2; exit 1');
  await script(
    'systemctl',
    `case "$*" in
  '-q is-active ssh.service') exit 0 ;;
  '-q is-active labtui-ttl.timer') exit 0 ;;
  'reload ssh.service') ${reload === 'works' ? `: >${root}/told-reload` : ':'} ;;
  'restart ssh.service') ${restart === 'works' ? `: >${root}/told-restart` : ':'} ;;
  *) exit 3 ;;
esac`,
  );
  await rm(join(bin, 'cloud-init'), { force: true });
  if (cloudInit === null) return;
  await writeFile(join(root, 'status'), cloudInit.stdout ?? '');
  await script(
    'cloud-init',
    `${cloudInit.refusesFormat === true ? 'case "$*" in *--format*) echo "cloud-init: error: unrecognized arguments: --format json" >&2; exit 2 ;; esac' : ''}
sleep ${cloudInit.sleepS ?? 0}
printf '%s' '${(cloudInit.stderr ?? '').replaceAll("'", '')}' >&2
cat ${root}/status
exit ${cloudInit.code}`,
  );
}
