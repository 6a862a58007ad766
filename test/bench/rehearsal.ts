import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { median } from './measure.ts';

export type Report = (what: string, value: number, unit: string, goal: number | null) => void;

interface Bench {
  readonly labtui: string;
  readonly home: string;
  readonly report: Report;
}

/** Lives of labs on simulated clouds, with the real Terraform: seconds of wall time from the start of labtui to its end. */
export async function benchRehearsal({ labtui, home, report }: Bench): Promise<void> {
  const sessions = join(home, 'rehearsed');
  mkdirSync(sessions, { mode: 0o700 });
  const run = async (args: readonly string[]): Promise<{ readonly seconds: number; readonly session: string }> => {
    const startedMs = performance.now();
    const { stdout, exitCode } = await execa(process.execPath, [labtui, ...args, '--sessions-dir', sessions, '--auto-approve', '--json'], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
      extendEnv: false,
      reject: false,
    });
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { session?: string };
    if (exitCode !== 0) throw new Error(`labtui ${args.join(' ')} ended with ${exitCode}: ${stdout.slice(-1_000)}`);
    return { seconds: (performance.now() - startedMs) / 1000, session: last.session ?? '' };
  };
  const profile = (name: string, count: number): string => {
    writeFileSync(join(home, `${name}.yaml`), JSON.stringify({ name, distro: 'debian@12', cloud: 'aws', region: 'eu-north-1', count }));
    return name;
  };

  const applies: number[] = [];
  const destroys: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const applied = await run(['apply', '--profile', profile('one', 1), '--rehearse']);
    applies.push(applied.seconds);
    destroys.push((await run(['destroy', applied.session])).seconds);
  }
  report('apply --rehearse of one VM, median of 5', median(applies), 's', 5);
  report('destroy of it, median of 5', median(destroys), 's', 4);

  const hundred = await run(['apply', '--profile', profile('hundred', 100), '--rehearse']);
  report('apply --rehearse of 100 VMs in one session', hundred.seconds, 's', 30);
  report('destroy of them', (await run(['destroy', hundred.session])).seconds, 's', null);

  const startedMs = performance.now();
  await Promise.all(Array.from({ length: 20 }, (_, index) => run(['apply', '--profile', profile(`many-${index}`, 1), '--rehearse'])));
  report('20 sessions at once, all ready', (performance.now() - startedMs) / 1000, 's', null);
  report('cleanup of them', (await run(['cleanup'])).seconds, 's', null);
}
