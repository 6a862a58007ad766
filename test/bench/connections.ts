import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sshdSkipReason, startLoopbackLab } from '../support/loopback-sshd.ts';
import { type Command, inTurn, median, peakMb } from './measure.ts';
import type { Report } from './rehearsal.ts';

interface Bench {
  readonly labtui: string;
  readonly home: string;
  readonly report: Report;
}

const megabyte = 2 ** 20;
const gigabyte = 1024 * megabyte;

/** exec and cp against the system's ssh and scp, on the same session's configuration and a real sshd on the loopback. */
export async function benchConnections({ labtui, home, report }: Bench): Promise<void> {
  const missing = sshdSkipReason();
  if (missing !== null) {
    process.stdout.write(`exec and cp are not measured: ${missing}\n`);
    return;
  }
  const lab = await startLoopbackLab();
  try {
    const env = { HOME: home, LANG: 'C.UTF-8', LABTUI_SESSIONS_DIR: lab.sessions };
    const run = (file: string, ...args: readonly string[]): Command => ({ file, args, env, cwd: home });
    const mine = (...args: readonly string[]): Command => run(process.execPath, labtui, ...args);
    const [ssh = [], exec = []] = await inTurn([run('ssh', '-F', lab.paths.sshConfig, 'lab', 'true'), mine('exec', 'loop', '--', 'true')], 11);
    report('ssh of the system, round trip', median(ssh), 'ms', null);
    report('exec / ssh of the system, round trip', median(exec) / median(ssh), 'x', 1.5);

    const file = join(home, 'bytes');
    writeRandom(file, 256);
    const [up, down] = [join(home, 'up'), join(home, 'down')];
    const [scpUp = [], cpUp = [], scpDown = [], cpDown = []] = await inTurn(
      [
        { ...run('scp', '-q', '-F', lab.paths.sshConfig, file, `lab:${up}`), removeFirst: up },
        { ...mine('cp', '--quiet', file, `loop:${up}`), removeFirst: up },
        { ...run('scp', '-q', '-F', lab.paths.sshConfig, `lab:${file}`, down), removeFirst: down },
        { ...mine('cp', '--quiet', `loop:${file}`, down), removeFirst: down },
      ],
      5,
    );
    report('cp up of 256 MB / scp, time', median(cpUp) / median(scpUp), 'x', 1 / 0.8);
    report('cp down of 256 MB / scp, time', median(cpDown) / median(scpDown), 'x', 1 / 0.8);

    // Holes are read as zeros: a gigabyte that takes no room.
    const sparse = openSync(file, 'w');
    ftruncateSync(sparse, gigabyte);
    closeSync(sparse);
    report('memory of exec, 1 GB of output', await peakMb({ ...mine('exec', 'loop', '--', 'head -c 1073741824 /dev/zero'), discardOutput: true }), 'MB', 200);
    report('memory of cp, 1 GB up', await peakMb(mine('cp', '--quiet', file, `loop:${up}`)), 'MB', 200);
    report('memory of cp, 1 GB down', await peakMb(mine('cp', '--quiet', `loop:${file}`, down)), 'MB', 200);
    for (const made of [file, up, down]) rmSync(made, { force: true });
  } finally {
    await lab.close();
  }
}

function writeRandom(file: string, megabytes: number): void {
  const handle = openSync(file, 'w');
  for (let index = 0; index < megabytes; index += 1) writeSync(handle, randomBytes(megabyte));
  closeSync(handle);
}
