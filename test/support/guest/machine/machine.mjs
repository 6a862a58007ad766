// One machine: namespaces of its own (mounts, host name, processes, network), held by a process that stands for
// its PID 1, over an overlay of this computer's root. Whatever it writes stays in its directory.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const powerOnScript = fileURLToPath(new URL('power-on.sh', import.meta.url));
const stubs = fileURLToPath(new URL('stubs/', import.meta.url));

export class Machine {
  constructor(dir) {
    this.dir = dir;
    /** Seen by the machine as /run/guest, and by the test. */
    this.records = join(dir, 'records');
  }

  record(name, text) {
    writeFileSync(join(this.records, name), text);
  }

  /** PID of its init as this computer sees it; null when the machine is not running. */
  pid() {
    try {
      const pid = readFileSync(join(this.dir, 'pid'), 'utf8').trim();
      // A number may meanwhile belong to somebody else.
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.dir) ? pid : null;
    } catch {
      return null;
    }
  }

  isUp() {
    return this.pid() !== null;
  }

  /** Whether it powered itself off since the cloud last started it. */
  isOff(launchedAt) {
    const off = statSync(join(this.records, 'powered-off'), { throwIfNoEntry: false });
    return off !== undefined && off.mtimeMs > Date.parse(launchedAt);
  }

  /** Removes what a boot that was cut off left. */
  wipe() {
    const pid = this.pid();
    if (pid !== null) {
      process.kill(Number(pid), 'SIGKILL');
      while (this.pid() !== null) spawnSync('sleep', ['0.02']);
    }
    for (const name of ['upper', 'work', 'own', 'records']) rmSync(join(this.dir, name), { recursive: true, force: true, maxRetries: 3 });
  }

  async powerOn(lifetimeS) {
    for (const name of ['upper', 'work', 'root', 'records']) mkdirSync(join(this.dir, name), { recursive: true, mode: 0o755 });
    rmSync(join(this.records, 'up'), { force: true });
    const log = openSync(join(this.dir, 'power-on.log'), 'a');
    const flags = ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
    const holder = spawn('unshare', [...flags, 'sh', powerOnScript, this.dir, stubs, String(lifetimeS)], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    let ended = false;
    holder.on('exit', () => (ended = true));
    for (const endsAt = Date.now() + 60_000; Date.now() < endsAt && !ended; ) {
      await sleep(10);
      try {
        readFileSync(join(this.records, 'up'));
        const init = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim();
        writeFileSync(join(this.dir, 'pid'), init);
        holder.unref();
        return;
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
    }
    throw new Error(`the machine did not start: ${readFileSync(join(this.dir, 'power-on.log'), 'utf8')}`);
  }

  /** File and arguments that run a command inside, as its root. */
  command(file, args) {
    const env = ['/usr/bin/env', '-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8'];
    // Absolute, because sshd starts itself anew by its own name.
    const name = file === 'sshd' ? '/usr/sbin/sshd' : file;
    return ['nsenter', ['--target', this.pid() ?? '0', '--mount', '--uts', '--ipc', '--net', '--pid', '--', ...env, name, ...args]];
  }

  /** Runs a command inside and waits. `input`: its standard input. Never throws for the command's own failure. */
  run(file, args, input = '') {
    const [program, all] = this.command(file, args);
    return spawnSync(program, all, { input, encoding: 'utf8' });
  }

  /** The same, but it has to succeed. */
  must(file, args, input = '') {
    const [program, all] = this.command(file, args);
    return execFileSync(program, all, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** Runs a command inside, on its own. */
  detach(file, args) {
    const [program, all] = this.command(file, args);
    spawn(program, all, { detached: true, stdio: 'ignore' }).unref();
  }

  /** Writes a file inside, with its directory. Without owner: root's. */
  write(path, content, { mode = '0644', owner = 'root:root', append = false } = {}) {
    this.must('sh', ['-euc', writeFile, 'sh', path, mode, owner, append ? 'append' : ''], content);
  }
}

const writeFile = `mkdir -p -- "$(dirname -- "$1")"
if [ -n "$4" ]; then cat >>"$1"; else cat >"$1"; fi
chmod "$2" -- "$1"; chown "$3" -- "$1"`;

/** Runs one of several at a time; the lock of a process that is gone does not hold. */
export async function withLock(path, action) {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderLives(path)) rmSync(path, { force: true });
      else await sleep(20);
    }
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await action();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

function holderLives(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Just made, its number not written yet.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
