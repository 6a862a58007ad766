import { invalidInput } from '../../core/errors.ts';
import { shellLine, shellWord } from '../../core/shell-word.ts';
import type { SweeperJob } from './job.ts';

const minuteMs = 60_000;

/** The job as one line of a crontab (crontab(5)); what stands behind `#` is a comment to the shell, and the mark by which it is found. */
export function cronLine(job: SweeperJob): string {
  const environment = Object.entries(job.environment).map(([name, value]) => `${name}=${shellWord(value)}`);
  const command = [...environment, shellLine(job.command)].join(' ');
  // To cron an unescaped % is a line break.
  return `${cronTimes(job.intervalMs)} ${command.replaceAll('%', '\\%')} >/dev/null 2>&1 ${markOf(job.name)}`;
}

/** A crontab without the job's line; everything else as it was. */
export function withoutJob(crontab: string, name: string): string {
  const mark = ` ${markOf(name)}`;
  return crontab
    .split('\n')
    .filter((line) => !line.endsWith(mark))
    .join('\n');
}

export function hasJob(crontab: string, name: string): boolean {
  return withoutJob(crontab, name) !== crontab;
}

/** Minutes and hours that come an interval apart. Throws kind invalid-input where no line can say it. */
function cronTimes(intervalMs: number): string {
  const minutes = intervalMs / minuteMs;
  if (Number.isInteger(minutes) && minutes < 60 && 60 % minutes === 0) return minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (Number.isInteger(hours) && 24 % hours === 0) return hours === 1 ? '0 * * * *' : hours === 24 ? '0 0 * * *' : `0 */${hours} * * *`;
  throw invalidInput('cron cannot keep this interval', 'one that divides an hour or a day: --interval 5m, 10m, 15m, 30m, 1h, 2h, 6h');
}

function markOf(name: string): string {
  return `# ${name}`;
}
