import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { median } from './measure.ts';
import type { Report } from './rehearsal.ts';

interface Bench {
  readonly labtui: string;
  readonly home: string;
  readonly report: Report;
}

/** In four regions: 20 cells. */
const distros = ['debian@12', 'debian@13', 'ubuntu@24.04', 'rocky@9', 'almalinux@9'];

/** Replacing a machine against making and ending one, and a matrix of 20 labs against one of one: rehearsed, with the real Terraform. */
export async function benchMatrix({ labtui, home, report }: Bench): Promise<void> {
  const cwd = join(home, 'matrix');
  mkdirSync(cwd);
  const seconds = async (args: readonly string[], speed = 30): Promise<{ readonly seconds: number; readonly last: { readonly session?: string } }> => {
    const startedMs = performance.now();
    const { stdout, exitCode } = await execa(process.execPath, [labtui, '--sessions-dir', join(home, 'matrix-sessions'), '--json', ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', LABTUI_REHEARSAL_SPEED: String(speed) },
      extendEnv: false,
      reject: false,
      maxBuffer: 1e9,
    });
    if (exitCode !== 0) throw new Error(`labtui ${args.join(' ')} ended with ${exitCode}: ${stdout.slice(-1_000)}`);
    return { seconds: (performance.now() - startedMs) / 1000, last: JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { session?: string } };
  };
  const where = ['--cloud', 'aws:eu-north-1', '--rehearse'];
  const replaces: number[] = [];
  const anews: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    // In the account's own network: the machine is all that is made, and its rule.
    const made = await seconds(['apply', '-y', '--distro', 'debian@12', '--network', 'default', ...where]);
    replaces.push((await seconds(['replace', made.last.session ?? '', '-y', '--distro', 'rocky@9'])).seconds);
    anews.push(made.seconds + (await seconds(['destroy', made.last.session ?? '', '-y'])).seconds);
  }
  report('replace / apply and destroy of the machine alone', median(replaces) / median(anews), 'x', 1);

  // At the pace of real clouds: what a matrix gains is their time, not that of this computer.
  const run = (...cells: readonly string[]) => seconds(['run', '--rehearse', ...cells, '--no-copy', '--', 'true'], 1);
  const one = await run('--distro', 'debian@12', '--cloud', 'aws');
  report('run of one cell, clouds at real pace', one.seconds, 's', null);
  const twenty = await run('--distro', distros.join(','), '--cloud', 'aws:eu-north-1,aws:us-east-1,gcp:us-central1,gcp:europe-north1', '--parallelism', '20');
  report('run of 20 cells / one cell', twenty.seconds / one.seconds, 'x', 3);
}
