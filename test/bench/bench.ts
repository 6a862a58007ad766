import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { execa } from 'execa';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { startEc2 } from '../support/ec2/start-ec2.ts';
import { guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { benchConnections } from './connections.ts';
import { benchInterface } from './interface.ts';
import { copySessions, onlySession } from './many-sessions.ts';
import { benchMatrix } from './matrix.ts';
import { type Command, inTurn, median, peakMb } from './measure.ts';
import { benchRehearsal } from './rehearsal.ts';
import { benchWorld } from './world.ts';

// Ratios against a floor measured in the same run: bare node for start-up, bare terraform for apply.

const root = process.argv[2] ?? process.cwd();
const dist = join(root, 'dist');
const labtui = join(dist, 'labtui.js');
const home = mkdtempSync(join(tmpdir(), 'labtui-bench-'));
const rows: Row[] = [];

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** null: reported, no goal. */
  readonly goal: number | null;
}

const node = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Command => ({ file: process.execPath, args, env: { HOME: home, LANG: 'C.UTF-8', ...env }, cwd: home });
const report = (what: string, value: number, unit: string, goal: number | null): void => {
  rows.push({ what, value: Math.round(value * 1000) / 1000, unit, goal });
  const verdict = goal === null ? '' : value <= goal ? `  goal ${goal}` : `  MISSES its goal ${goal}`;
  process.stdout.write(`${what.padEnd(58)} ${value.toFixed(3).padStart(9)} ${unit}${verdict}\n`);
};

async function main(): Promise<void> {
  const missing = (await missingTools(['moto_server', 'terraform', 'aws-provider-mirror'])) ?? guestSkipReason();
  if (missing !== null) {
    process.stdout.write(`${missing}\nonly start-up is measured\n`);
    await startUp(null);
  } else {
    await withEc2();
  }
  if ((await missingTools(['terraform'])) === null) {
    await benchRehearsal({ labtui, home, report });
    await benchMatrix({ labtui, home, report });
  }
  await benchInterface({ labtui, home, report });
  await benchWorld({ home, report });
  await benchConnections({ labtui, home, report });
  await packageSize();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), platform: `${platform()} ${arch()}`, node: process.version };
  const results = join(root, 'test/bench/results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'latest.json'), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, rows }, null, 2)}\n`);
}

/** Start-up against bare node. `session`: one that exists under `sessions`, for list and synth. */
async function startUp(lab: { readonly sessions: string; readonly id: string } | null): Promise<void> {
  const bare = node(['-e', '0']);
  const version = node([labtui, '--version']);
  const [bareMs = [], versionMs = []] = await inTurn([bare, version], 21);
  report('bare node, median', median(bareMs), 'ms', null);
  report('--version / bare node', median(versionMs) / median(bareMs), 'x', 1.5);
  if (lab === null) return;
  const thousand = join(home, 'thousand');
  mkdirSync(thousand, { mode: 0o700 });
  cpSync(join(lab.sessions, lab.id), join(thousand, lab.id), { recursive: true, filter: (path) => !path.includes('/stacks/') });
  copySessions(thousand, lab.id, 999);
  const list = node([labtui, 'list', '--sessions-dir', thousand]);
  const out = join(home, 'cdktf.out');
  const app = node([join(dist, 'cdktf-app.js')], { LABTUI_SESSION: lab.id, LABTUI_SESSIONS_DIR: lab.sessions, CDKTF_OUTDIR: out });
  const synth = await synthProcess(lab);
  const [floorMs = [], listMs = [], synthMs = [], appMs = []] = await inTurn([bare, list, synth, app], 15);
  report('list with 1,000 sessions / bare node', median(listMs) / median(floorMs), 'x', 4);
  report('a whole synth process / bare node', median(synthMs) / median(floorMs), 'x', 5);
  report('the CDKTF app, session and user data included / bare node', median(appMs) / median(floorMs), 'x', null);
  report('memory of list with 1,000 sessions', await peakMb(list), 'MB', null);
  report('memory of a synth process', await peakMb(synth), 'MB', null);
}

/** A process that synthesizes the session's stack from its pinned input, bundled as labtui is. */
async function synthProcess({ sessions, id }: { readonly sessions: string; readonly id: string }): Promise<Command> {
  const record = JSON.parse(readFileSync(join(sessions, id, 'session.json'), 'utf8')) as { tags: object; stacks: { aws: { plan: { machines: { name: string }[] } } }; key: { publicKey: string } };
  const { plan } = record.stacks.aws;
  const userData = Object.fromEntries(plan.machines.map(({ name }) => [name, '#cloud-config\n']));
  const input = join(home, 'stack-input.json');
  writeFileSync(input, JSON.stringify({ stack: plan, tags: record.tags, key: { publicKey: record.key.publicKey }, userData, terminateOnShutdown: true }));
  const { bundleOptions } = (await import(join(root, 'esbuild.config.mjs'))) as { bundleOptions: (entries: object, folder: string) => BuildOptions };
  const folder = join(home, 'synth-process');
  await build(bundleOptions({ synth: join(root, 'test/bench/synth-process.ts') }, folder));
  return node([join(folder, 'synth.js'), input]);
}

async function withEc2(): Promise<void> {
  const ec2 = await startEc2();
  const mirror = await providerMirrorConfig();
  const guests = await startGuests({ ec2: { endpoint: ec2.endpoint, region: ec2.region } });
  try {
    if (mirror === null) throw new Error('no provider mirror');
    const sessions = join(home, 'sessions');
    const env = { ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file, CHECKPOINT_DISABLE: '1' };
    const profile = join(home, 'bench.yaml');
    writeFileSync(profile, JSON.stringify({ name: 'bench', distro: 'debian@12', cloud: 'aws', region: ec2.region, ssh: { allowFrom: '198.51.100.7', proxyCommand: guests.proxyCommand } }));
    const lab = node([labtui, 'apply', '--profile', profile, '-y', '--json', '--sessions-dir', sessions], env);
    const first = await runForResult(lab);
    const id = onlySession(sessions);
    await startUp({ sessions, id });

    const stack = join(sessions, id, 'stacks/aws/cdk.tf.json');
    const ratios: number[] = [];
    const lookups: number[] = [first.timings.lookup ?? 0];
    for (let round = 0; round < 3; round += 1) {
      const bare = await bareTerraform(stack, env, round);
      const { timings, durationMs } = await runForResult(lab);
      lookups.push(timings.lookup ?? 0);
      const toTerraformsEnd = durationMs - (timings.lookup ?? 0) - (timings.ssh ?? 0);
      ratios.push(toTerraformsEnd / bare);
      report(`apply ${round + 1}: labtui to Terraform's end`, toTerraformsEnd / 1000, 's', null);
      report(`apply ${round + 1}: bare init and apply of the same JSON`, bare / 1000, 's', null);
      report(`apply ${round + 1}: waiting for SSH`, (timings.ssh ?? 0) / 1000, 's', null);
    }
    report("apply to Terraform's end / bare terraform, median", median(ratios), 'x', 1.05);
    report('look-ups before it, median', median(lookups) / 1000, 's', null);
    report("labtui's own memory in apply", await peakMb(lab), 'MB', 120);
  } finally {
    await guests.stop();
    await mirror?.remove();
    await ec2.stop();
  }
}

interface Result {
  readonly durationMs: number;
  readonly timings: Readonly<Record<string, number>>;
}

/** Never waits in a blocking way: the EC2 emulator's proxy lives in this process. */
async function runForResult(command: Command): Promise<Result> {
  const { stdout } = await execa(command.file, [...command.args], { cwd: command.cwd, env: { PATH: process.env.PATH, ...command.env }, extendEnv: false });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
}

/** Milliseconds of terraform init and apply, as a person would run them on the very same JSON. */
async function bareTerraform(stack: string, env: Readonly<Record<string, string>>, round: number): Promise<number> {
  const directory = join(home, `bare-${round}`);
  mkdirSync(directory);
  // Names are unique in an account: the same stack under another name.
  writeFileSync(join(directory, 'cdk.tf.json'), readFileSync(stack, 'utf8').replaceAll(/bench-[a-z0-9]{6}/g, `bare-round-${round}`));
  const run = (...args: string[]) => execa('terraform', args, { cwd: directory, env: { PATH: process.env.PATH, HOME: home, ...env }, extendEnv: false });
  const startedMs = performance.now();
  await run('init', '-input=false');
  await run('apply', '-auto-approve', '-input=false');
  return performance.now() - startedMs;
}

async function packageSize(): Promise<void> {
  const { stdout } = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], { cwd: root });
  const [{ size = 0, unpackedSize = 0 } = {}] = JSON.parse(stdout) as { size?: number; unpackedSize?: number }[];
  report('package, packed', size / 1e6, 'MB', 4);
  report('package, unpacked', unpackedSize / 1e6, 'MB', null);
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
