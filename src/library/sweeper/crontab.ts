import { LabError } from '../../core/errors.ts';
import { cronLine, hasJob, withoutJob } from './cron-line.ts';
import type { ProgramEnd, RunProgram } from './run-program.ts';
import type { Scheduler } from './scheduler.ts';

/** The user's crontab, by the program `crontab`: one marked line, the rest as it was. */
export function crontab(run: RunProgram): Scheduler {
  const read = async (): Promise<string> => {
    const end = await run('crontab', ['-l']);
    if (end.exitCode === 0) return end.stdout;
    if (end.exitCode === 1 && /no crontab/i.test(end.stderr)) return '';
    throw refused('crontab -l', end);
  };
  const write = async (text: string): Promise<void> => {
    const end = text === '' ? await run('crontab', ['-r']) : await run('crontab', ['-'], text);
    if (end.exitCode !== 0) throw refused('crontab', end);
  };
  return {
    kind: 'cron',
    problem: async () => {
      const end = await run('crontab', ['-l']);
      if (end.exitCode === null) return 'there is no crontab';
      return end.exitCode === 0 || /no crontab/i.test(end.stderr) ? null : `crontab refuses (${end.stderr.trim()})`;
    },
    install: async (job) => {
      const line = cronLine(job);
      const rest = withoutJob(await read(), job.name);
      await write(`${rest === '' || rest.endsWith('\n') ? rest : `${rest}\n`}${line}\n`);
    },
    inactive: async (name) => (hasJob(await read(), name) ? null : 'its line in the crontab is gone'),
    caveat: () => Promise.resolve(null),
    remove: async (name) => {
      if ((await run('crontab', ['-l'])).exitCode === null) return;
      const before = await read();
      const rest = withoutJob(before, name);
      if (rest !== before) await write(rest);
    },
  };
}

function refused(what: string, { exitCode, stderr }: ProgramEnd): LabError {
  return new LabError({
    kind: 'prerequisite',
    summary: `${what} ${exitCode === null ? 'cannot be started' : `ended with ${exitCode}`}`,
    detail: stderr.trim() || undefined,
    hint: 'by hand, from whatever runs things here: labtui cleanup --expired --auto-approve',
  });
}
