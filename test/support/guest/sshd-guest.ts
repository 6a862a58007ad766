import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What goes wrong with a machine; nothing does by default. */
export interface GuestFaults {
  /** Nothing listens until that long after the launch. */
  readonly bootDelayMs?: number;
  /** listens: no TCP, ever · speaks: it connects, without a banner · admits: no key is let in. */
  readonly never?: 'listens' | 'speaks' | 'admits';
  /** The machine has a host key of its own instead of the one it was given. */
  readonly hostKey?: 'other';
  /** /etc/ssh cannot be written: the host keys stay. */
  readonly rotation?: 'refused';
  /** What `cloud-init status` says: errors (status error), recoverable ones (exit 2), and how long it runs. */
  readonly cloudInit?: { readonly errors?: string; readonly recoverable?: string; readonly runningMs?: number };
}

/** A machine that no emulator knows. */
export interface GuestInstance {
  readonly id: string;
  readonly userData: string;
  /** OpenSSH public keys that the cloud hands over beside the user data. */
  readonly publicKeys: readonly string[];
  /** Default now. */
  readonly launchedAt?: string;
  /** The image's default user comes from it: `Fedora-Cloud-Base-AmazonEC2.x86_64-44-20261101.0`. */
  readonly imageName?: string;
}

export interface GuestOptions {
  /** The emulator to ask for the instance that has the address. */
  readonly ec2?: { readonly endpoint: string; readonly region: string };
  /** In place of what the image's name tells; `cloudInit: false` for an image that reads no user data. */
  readonly image?: { readonly user?: string; readonly cloudInit?: boolean };
}

/** Machines for the SSH side of end-to-end tests: a real OpenSSH server each, behind a ProxyCommand. */
export interface Guests {
  /** For `ssh.proxyCommand` of a profile and for OpenSSH: `node .../proxy.mjs STATE %h %p`. */
  readonly proxyCommand: string;
  /** Makes a host answer by that instance, without an emulator. */
  addHost(host: string, instance: GuestInstance): Promise<void>;
  /** `host`: an address, an instance id, or `*`. */
  setFaults(host: string, faults: GuestFaults): Promise<void>;
  /** A file that the machine left under /run/guest: `calls.log`, `connections.log`, `sshd.log`; '' when there is none. */
  record(instanceId: string, name: string): Promise<string>;
  /** A file of the machine as it is now, or null: only what the machine itself wrote. */
  file(instanceId: string, path: string): Promise<string | null>;
  /** Ends all machines and removes what they wrote. */
  stop(): Promise<void>;
}

/** A machine ends by itself, should nobody stop it. */
const lifetimeS = 1_800;

/** Needs what guestSkipReason asks for. */
export async function startGuests({ ec2, image }: GuestOptions = {}): Promise<Guests> {
  const stateDir = await mkdtemp(join(tmpdir(), 'labtui-guests-'));
  const machineDir = (id: string) => join(stateDir, 'machines', id);
  const faults: Record<string, GuestFaults> = {};
  const saveSettings = () =>
    writeFile(join(stateDir, 'settings.json'), JSON.stringify({ ec2: ec2 ?? null, image: image ?? {}, faults, lifetimeS }));
  await mkdir(join(stateDir, 'hosts'));
  await saveSettings();

  return {
    proxyCommand: [process.execPath, fileURLToPath(new URL('proxy.mjs', import.meta.url)), stateDir].map(quoted).join(' ') + ' %h %p',
    async addHost(host, instance) {
      const known = { state: 'running', launchedAt: new Date().toISOString(), imageName: null, ...instance };
      const userData = Buffer.from(instance.userData, 'utf8').toString('base64');
      await writeFile(join(stateDir, 'hosts', `${host}.json`), JSON.stringify({ ...known, userData }));
    },
    async setFaults(host, wrong) {
      faults[host] = wrong;
      await saveSettings();
    },
    record: (id, name) => readFile(join(machineDir(id), 'records', name), 'utf8').catch(() => ''),
    file: (id, path) => readFile(join(machineDir(id), 'upper', path), 'utf8').catch(() => null),
    async stop() {
      const ids = await readdir(join(stateDir, 'machines')).catch(() => []);
      await Promise.all(ids.map((id) => powerOff(machineDir(id))));
      await rm(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Why machines cannot be had on this computer, to print with the skipped tests; null: they can. */
export function guestSkipReason(): string | null {
  if (process.platform !== 'linux') return 'NOT RUN: the guests are Linux namespaces, and this is no Linux';
  if (process.getuid?.() !== 0) return 'NOT RUN: the guests need root, for namespaces and an sshd of their own';
  const missing = ['sshd', 'sudo', 'unshare', 'nsenter', 'pivot_root', 'ssh-keygen', 'useradd'].filter((name) => !installed(name));
  if (missing.length > 0) return `NOT RUN: the guests need ${missing.join(', ')} (Debian: openssh-server, sudo, util-linux, passwd)`;
  try {
    execFileSync('unshare', ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', 'true'], { stdio: 'pipe' });
  } catch (error) {
    return `NOT RUN: the guests need namespaces: ${String(error)}`;
  }
  return null;
}

function installed(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, name)));
}

async function powerOff(dir: string): Promise<void> {
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => '0'));
  const belongs = async () => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(dir);
  if (pid === 0 || !(await belongs())) return;
  process.kill(pid, 'SIGKILL');
  for (let tries = 0; tries < 100 && (await belongs()); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
}

function quoted(word: string): string {
  return /^[\w/.:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
