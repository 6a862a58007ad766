import { spawn } from 'node:child_process';
import { chmod, open, truncate } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Arch } from '../../core/clouds.ts';
import { errnoOf } from '../../platform/errno.ts';
import { buildFailed, buildInterrupted } from './build-problem.ts';
import { type BuildableDistro, builtDiskBytes, commonOptions, customizeHook, packagesFor } from './build-recipe.ts';

export interface BuildRequest {
  readonly distro: BuildableDistro;
  readonly version: string;
  /** The archive's name of the version: `bookworm`. */
  readonly suite: string;
  readonly arch: Arch;
  /** null: the one that mmdebstrap knows for the suite. */
  readonly mirror: string | null;
  /** labtui's own: `$XDG_CACHE_HOME/labtui`. */
  readonly cacheDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** This user is root. */
  readonly asRoot: boolean;
  readonly signal: AbortSignal;
  /** What the builder says as it goes. */
  readonly onLine: (line: string) => void;
}

/** Fills a new file, a disk, with the new system: mmdebstrap, with the disk as its descriptor 3. Rejects as `buildImage` does. */
export async function debootstrap(request: BuildRequest, disk: string): Promise<void> {
  const { arch, asRoot, distro, mirror, signal, suite, version } = request;
  const handle = await open(disk, 'wx', 0o600);
  try {
    await truncate(disk, builtDiskBytes);
    // It is opened anew by its descriptor, as a user id of the new system: nobody else gets into its folder.
    await chmod(disk, 0o666);
    const args = [
      ...[`--mode=${asRoot ? 'root' : 'unshare'}`, `--architectures=${arch}`, ...commonOptions],
      ...(distro === 'ubuntu' ? ['--components=main,universe'] : []),
      ...[`--include=${packagesFor(distro, version, arch).join(',')}`, `--customize-hook=${customizeHook}`],
      ...[suite, '-', ...(mirror === null ? [] : [mirror])],
    ];
    const { said, failed } = await runWithDisk(args, handle.fd, request);
    if (signal.aborted) throw buildInterrupted(signal);
    if (failed) throw buildFailed(said, request);
  } finally {
    await handle.close();
  }
  await chmod(disk, 0o600);
}

/** Runs mmdebstrap to its end, by Node's own hand: it gives a child any descriptor. Resolves with the last of what it said. */
async function runWithDisk(args: readonly string[], disk: number, { environment, onLine, signal }: BuildRequest): Promise<{ readonly said: string; readonly failed: boolean }> {
  const said: string[] = [];
  const program = spawn('mmdebstrap', args, {
    stdio: ['ignore', 'ignore', 'pipe', disk],
    // The initial RAM disk is made once, at the end.
    env: { ...environment, INITRD: 'No', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    // A place that user ids of the new system can enter.
    cwd: '/',
    // A group of its own: mmdebstrap alone would wait until its apt has installed everything.
    detached: true,
  });
  const stop = (): void => interruptGroup(program.pid);
  signal.addEventListener('abort', stop);
  try {
    const ended = new Promise<boolean>((resolve) => {
      program.once('error', (error) => {
        said.push(errnoOf(error) === 'ENOENT' ? 'ENOENT: mmdebstrap' : error.message);
        resolve(false);
      });
      program.once('close', (code) => {
        resolve(code === 0);
      });
    });
    if (program.stderr !== null) {
      createInterface({ input: program.stderr }).on('line', (line) => {
        said.push(line);
        if (said.length > 400) said.shift();
        onLine(line);
      });
    }
    return { failed: !(await ended), said: said.join('\n') };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** As Ctrl-C does it on a terminal; mmdebstrap then takes away what it has mounted and unpacked. */
function interruptGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGINT');
  } catch {
    // All of it has ended.
  }
}
