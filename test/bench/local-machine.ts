import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { LabEvent, ResultEvent } from '../../src/core/events.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { freePort } from '../support/free-port.ts';
import { vmSkipReason } from '../support/guest/vm.ts';

// `npm run bench:local`: a lab on this computer against the same QEMU, image and seed started by hand in the same run. To the end of
// cloud-init, both times: that is what labtui calls ready.

const root = process.argv[2] ?? process.cwd();
const home = mkdtempSync(join(tmpdir(), 'labtui-bench-local-'));
const sessions = join(home, 'sessions');
const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', LABTUI_SESSIONS_DIR: sessions };
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const row = (what: string, value: number, unit: string, goal: number | null): void =>
  say(`${what.padEnd(58)} ${value.toFixed(3).padStart(9)} ${unit}${goal === null ? '' : value <= goal ? `  goal ${goal}` : `  MISSES its goal ${goal}`}`);

const labtui = async (...args: readonly string[]): Promise<readonly LabEvent[]> => {
  const { stdout } = await execa(process.execPath, [join(root, 'dist/labtui.js'), ...args], { cwd: home, env, extendEnv: false });
  return args.includes('--json') ? stdout.trim().split('\n').map((line) => JSON.parse(line) as LabEvent) : [];
};

const resultOf = (events: readonly LabEvent[]): ResultEvent => {
  const result = events.findLast((event): event is LabEvent & ResultEvent => event.type === 'result');
  if (result === undefined) throw new Error('no result');
  return result;
};

/** From the start of the command to its end, milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const startedMs = performance.now();
  const value = await work();
  return { ms: performance.now() - startedMs, value };
}

const apply = (name: string) => timed(() => labtui('apply', '--cloud', 'local', '--distro', 'debian@12', '--size', 'small', '--name', name, '--set', 'ssh.timeout=30m', '-y', '--json'));
const folder = (name: string): string => join(sessions, readdirSync(sessions).find((entry) => entry.startsWith(`${name}-`)) ?? name);

/** The QEMU of a lab that runs, with a fresh disk, the lab's seed and another port: started by hand, until cloud-init is done. */
async function byHand(name: string): Promise<number> {
  const machine = join(folder(name), 'stacks/local/machines', `${name}-local`);
  const { running } = JSON.parse(readFileSync(join(machine, 'machine.json'), 'utf8')) as { running: { process: { pid: number }; sshPort: number } };
  const words = readFileSync(`/proc/${running.process.pid}/cmdline`, 'utf8').split('\0').filter((word) => word !== '');
  const backing = JSON.parse((await execa('qemu-img', ['info', '--force-share', '--output=json', join(machine, 'disk.qcow2')])).stdout) as { 'backing-filename': string; 'backing-filename-format': string; 'virtual-size': number };
  const [disk, own, port] = [join(home, 'by-hand.qcow2'), join(home, 'by-hand'), await freePort()];
  const startedMs = performance.now();
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', backing['backing-filename-format'], '-b', backing['backing-filename'], disk, String(backing['virtual-size'])]);
  const args = words.slice(1).map((word) =>
    word
      .replace(join(machine, 'disk.qcow2'), disk)
      .replace(`127.0.0.1:${running.sshPort}-`, `127.0.0.1:${port}-`)
      .replace(join(machine, 'console.log'), `${own}.log`)
      .replace(join(machine, 'qemu.pid'), `${own}.pid`)
      .replace(/path=[^,]*\.sock/, `path=${own}.sock`),
  );
  const qemu = execa(words[0] ?? '', args, { reject: false, stdin: 'ignore' });
  try {
    // Its host key is the one of the seed, which the lab has spent.
    const ssh = ['-F', join(folder(name), 'ssh/config'), '-p', String(port), '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'ConnectTimeout=5', `${name}-local`];
    for (;;) {
      const { exitCode } = await execa('ssh', [...ssh, 'cloud-init', 'status', '--wait'], { reject: false, stdin: 'ignore' });
      if (exitCode === 0) return performance.now() - startedMs;
      await sleep(200);
    }
  } finally {
    qemu.kill('SIGKILL');
    await qemu;
    rmSync(disk, { force: true });
  }
}

async function main(): Promise<void> {
  const missing = vmSkipReason() ?? (await missingTools(['terraform']));
  if (missing !== null) {
    say(missing);
    process.exitCode = 4;
    return;
  }
  say('building the image, which counts for nobody');
  await labtui('image', 'build', 'debian@12');
  const first = await apply('first');
  const told = first.value.flatMap((event) => (event.type === 'resource' ? [event] : []));
  // By the time of the events: Terraform itself counts whole seconds.
  const msOf = (type: string): number => {
    const times = told.filter(({ address }) => address.startsWith(`${type}.`)).map(({ time }) => Date.parse(time));
    if (times.length < 2) throw new Error(`no ${type} was made`);
    return Math.max(...times) - Math.min(...times);
  };
  row('overlay and seed', (msOf('local_disk') + msOf('local_seed')) / 1_000, 's', 1);
  await labtui('stop', 'first');
  const { ms: startMs } = await timed(() => labtui('start', 'first'));
  row('start of a machine that was stopped', startMs / 1_000, 's', null);
  const handMs = await byHand('first');
  await labtui('stop', 'first');
  row('QEMU by hand, to the end of cloud-init', handMs / 1_000, 's', null);
  const second = await apply('second');
  row('apply, command to ready', first.ms / 1_000, 's', null);
  row('apply of the second machine of the image', second.ms / 1_000, 's', null);
  row('apply / QEMU by hand', first.ms / handMs, 'x', 1.1);
  row('apply of the second / QEMU by hand', second.ms / handMs, 'x', 1.1);
  row("ready, by labtui's own clock", (resultOf(second.value).timings.ssh ?? 0) / 1_000, 's', null);
  const { ms: destroyMs } = await timed(() => labtui('destroy', 'second', '-y', '--json'));
  row('destroy', destroyMs / 1_000, 's', 3);
}

try {
  await main();
} finally {
  await labtui('cleanup', '--all', '-y').catch(() => []);
  rmSync(home, { recursive: true, force: true });
}
