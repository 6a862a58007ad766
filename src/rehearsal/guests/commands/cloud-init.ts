import { setTimeout as delay } from 'node:timers/promises';
import { simulations } from '../../clouds.ts';
import { cloudInitIsOver } from '../guest-files.ts';
import { complain, type Process, unlessInterrupted } from '../shell/process.ts';
import { dateText } from './system.ts';

/** Between looks at the world: it may be moved forward, or the machine go down. */
const longestWaitMs = 500;

const noCloud = { name: 'nocloud', detail: 'DataSourceNoCloud' };

/** `cloud-init status [--wait] [--long] [--format json]`, as of cloud-init 24. */
export async function cloudInit(args: readonly string[], process: Process): Promise<number> {
  const [verb, ...options] = args;
  if (verb === '--version' || verb === '-v') {
    await process.stdout.write('/usr/bin/cloud-init 24.4-simulated\n');
    return 0;
  }
  if (verb !== 'status') return complain(process, `cloud-init: ${verb ?? ''}: this is a simulated guest; it knows: cloud-init status [--wait] [--long] [--format json]`, 2);
  const format = options.includes('--format') ? options[options.indexOf('--format') + 1] : options.find((option) => option.startsWith('--format='))?.slice(9);
  const json = format === 'json';
  if (options.includes('--wait') || options.includes('-w')) {
    while (!cloudInitIsOver(process.guest)) {
      if (!json) await process.stdout.write('.');
      const leftMs = (process.guest.machine.cloudInitAtMs ?? Infinity) - process.guest.now();
      await unlessInterrupted(delay(Math.min(longestWaitMs, Math.max(1, leftMs))), process.signal);
      await unlessInterrupted(process.guest.refresh(), process.signal);
    }
    if (!json) await process.stdout.write('\n');
  } else await process.guest.refresh();
  await process.stdout.write(json ? `${JSON.stringify(statusOf(process), null, 1)}\n` : textOf(process, options.includes('--long') || options.includes('-l')));
  return statusOf(process).status === 'error' ? 1 : 0;
}

function statusOf({ guest }: Process) {
  const over = cloudInitIsOver(guest);
  const failed = over && guest.machine.neverReady;
  const { name: datasource, detail } = simulations.find(({ id }) => id === guest.ref.cloud)?.dataSource ?? noCloud;
  const status = failed ? 'error' : over ? 'done' : 'running';
  const errors = failed ? ['scripts_user failed: this machine never gets ready (a simulated fault)'] : [];
  const { cloudInitAtMs, sshAtMs, bootedAtMs, launchedAtMs } = guest.machine;
  const booted = (bootedAtMs ?? launchedAtMs) / 1_000;
  const end = cloudInitAtMs === null || !over ? null : cloudInitAtMs / 1_000;
  const begin = (sshAtMs ?? launchedAtMs) / 1_000;
  const stage = (start: number | null, finished: number | null, problems: readonly string[] = []) => ({ errors: problems, finished, recoverable_errors: {}, start });
  return {
    boot_status_code: 'enabled-by-generator',
    datasource,
    detail: failed ? errors.join('\n') : detail,
    errors,
    extended_status: status,
    init: stage(booted, begin),
    'init-local': stage(booted, booted),
    last_update: end === null ? '' : dateText('%a, %d %b %Y %T %z', Math.floor(end * 1_000)),
    'modules-config': stage(begin, begin),
    'modules-final': stage(begin, end, errors),
    recoverable_errors: {},
    stage: over ? null : 'modules-final',
    status,
  };
}

function textOf(process: Process, long: boolean): string {
  const { status, extended_status: extended, boot_status_code: boot, last_update: update, detail, errors } = statusOf(process);
  if (!long) return `status: ${status}\n`;
  const listed = errors.length === 0 ? ' []' : `\n${errors.map((error) => `\t- ${error}`).join('\n')}`;
  return `status: ${status}\nextended_status: ${extended}\nboot_status_code: ${boot}\n${update === '' ? '' : `last_update: ${update}\n`}detail: ${detail}\nerrors:${listed}\nrecoverable_errors: {}\n`;
}
