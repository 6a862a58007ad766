import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';
import type { ProgramEnd, RunProgram } from './run-program.ts';
import type { Scheduler } from './scheduler.ts';
import { unitFiles } from './unit-files.ts';

/** Timers of the user's own systemd: units in `<configHome>/systemd/user`. */
export function systemdTimers(configHome: string, user: string, run: RunProgram): Scheduler {
  const folder = join(configHome, 'systemd', 'user');
  const fileOf = (name: string, kind: 'service' | 'timer'): string => join(folder, `${name}.${kind}`);
  const systemctl = (...args: readonly string[]): Promise<ProgramEnd> => run('systemctl', ['--user', '--no-pager', ...args]);

  const remove = async (name: string): Promise<void> => {
    if (!(['service', 'timer'] as const).some((kind) => existsSync(fileOf(name, kind)))) return;
    // Without a manager the files alone decide; the link that enabled it goes by hand.
    await systemctl('disable', '--now', `${name}.timer`);
    for (const kind of ['service', 'timer'] as const) await rm(fileOf(name, kind), { force: true });
    await rm(join(folder, 'timers.target.wants', `${name}.timer`), { force: true });
    await systemctl('daemon-reload');
    await systemctl('reset-failed', `${name}.service`);
  };
  return {
    kind: 'systemd',
    problem: async () => {
      const asked = await systemctl('show', '--property=Version');
      if (asked.exitCode === 0) return null;
      return asked.exitCode === null ? 'there is no systemctl' : `systemd has no manager for this user (${firstLine(asked.stderr)})`;
    },
    install: async (job) => {
      const texts = unitFiles(job);
      await ensurePrivateDirectory(folder);
      for (const kind of ['service', 'timer'] as const) {
        await durableWrite(fileOf(job.name, kind), texts[kind], 0o644);
        await chmod(fileOf(job.name, kind), 0o644);
      }
      // `enable --now` leaves a timer that runs already with the interval it had.
      for (const args of [['daemon-reload'], ['enable', `${job.name}.timer`], ['restart', `${job.name}.timer`]]) {
        const end = await systemctl(...args);
        if (end.exitCode === 0) continue;
        await remove(job.name);
        throw new LabError({
          kind: 'prerequisite',
          summary: `systemd did not take the timer: systemctl --user ${args.join(' ')} ${end.exitCode === null ? 'cannot be started' : `ended with ${end.exitCode}`}`,
          detail: end.stderr.trim() || undefined,
          hint: 'labtui sweeper install --scheduler cron',
        });
      }
    },
    inactive: async (name) => {
      if (!existsSync(fileOf(name, 'timer'))) return `${fileOf(name, 'timer')} is gone`;
      const asked = await systemctl('is-active', `${name}.timer`);
      if (asked.exitCode === 0) return null;
      return asked.exitCode === null ? 'there is no systemctl' : `${name}.timer is ${firstLine(asked.stdout) || firstLine(asked.stderr) || 'not active'}`;
    },
    caveat: async () => {
      const asked = await run('loginctl', ['show-user', user, '--property=Linger', '--value']);
      if (asked.exitCode === 0 && asked.stdout.trim() === 'yes') return null;
      return 'it runs only while you are logged in, until you say: loginctl enable-linger';
    },
    remove,
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
