import { LabError } from '../../core/errors.ts';
import type { LabContext } from '../context.ts';
import { configHome } from '../directories.ts';
import { userName } from '../user-name.ts';
import { crontab } from './crontab.ts';
import type { RunProgram } from './run-program.ts';
import { type Scheduler, type SchedulerKind, schedulerKinds } from './scheduler.ts';
import { systemdTimers } from './systemd.ts';

export function schedulerOf(kind: SchedulerKind, context: LabContext, run: RunProgram): Scheduler {
  return kind === 'systemd' ? systemdTimers(configHome(context), userName(), run) : crontab(run);
}

/** The scheduler that was asked for, else the first that works here. Rejects with kind prerequisite where there is none. */
export async function usableScheduler(wanted: SchedulerKind | null, context: LabContext, run: RunProgram): Promise<Scheduler> {
  const problems: string[] = [];
  for (const kind of wanted === null ? schedulerKinds : [wanted]) {
    const scheduler = schedulerOf(kind, context, run);
    const problem = await scheduler.problem();
    if (problem === null) return scheduler;
    problems.push(`${kind}: ${problem}`);
  }
  throw new LabError({
    kind: 'prerequisite',
    summary: 'nothing on this computer can run a sweeper',
    detail: problems.join('\n'),
    hint: 'labtui sweeper install --github   or --gitlab; else run by whatever schedules things here: labtui cleanup --expired --auto-approve',
  });
}
