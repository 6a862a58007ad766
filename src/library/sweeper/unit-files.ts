import type { SweeperJob } from './job.ts';

/** The two units of a job, for systemd's user manager (systemd.service(5), systemd.timer(5)). */
export function unitFiles(job: SweeperJob): Readonly<Record<'service' | 'timer', string>> {
  const about = `Ends the labs in ${job.sessionsDir.replaceAll('%', '%%')} that have passed their deadline`;
  const environment = Object.entries(job.environment).map(([name, value]) => `Environment=${unitWord(`${name}=${value}`)}`);
  return {
    service: [
      '# Written by: labtui sweeper install. Removed by: labtui sweeper remove',
      '[Unit]',
      `Description=${about}`,
      '',
      '[Service]',
      'Type=oneshot',
      ...environment,
      `ExecStart=${job.command.map((word) => unitWord(word).replaceAll('$', '$$$$')).join(' ')}`,
      '# A stop goes to labtui alone, which interrupts Terraform once and waits until its state is saved.',
      'KillMode=mixed',
      'TimeoutStopSec=10min',
      'UMask=0077',
      '',
    ].join('\n'),
    timer: [
      '# Written by: labtui sweeper install. Removed by: labtui sweeper remove',
      '[Unit]',
      `Description=${about}`,
      '',
      '[Timer]',
      'OnActiveSec=1min',
      `OnUnitActiveSec=${Math.round(job.intervalMs / 1_000)}s`,
      'AccuracySec=30s',
      '',
      '[Install]',
      'WantedBy=timers.target',
      '',
    ].join('\n'),
  };
}

/** One word of a unit's line: quoted, with nothing left that systemd would expand. */
function unitWord(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
