import { createHash } from 'node:crypto';
import { bundledFile } from '../bundled-file.ts';
import type { LabContext } from '../context.ts';
import { stateDirectory } from '../directories.ts';
import { sessionsRoot } from '../sessions.ts';
import { join } from 'node:path';

/** What a schedule is to run, and how often. */
export interface SweeperJob {
  /** Of the unit, of the line in the crontab, of the record: one for each sessions directory. */
  readonly name: string;
  readonly sessionsDir: string;
  readonly intervalMs: number;
  /** The whole command, absolute. */
  readonly command: readonly string[];
  /** What it needs of this environment: where things are, never a secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Names and places that decide which account is looked at, and how it is reached. A key or a token is never written down. */
const passed: readonly string[] = [
  ...['PATH', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'LABTUI_OWNER'],
  ...['AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
  ...['AZURE_CONFIG_DIR', 'ARM_SUBSCRIPTION_ID', 'AZURE_SUBSCRIPTION_ID'],
  ...['CLOUDSDK_CONFIG', 'GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_PROJECT'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NO_PROXY', 'no_proxy'],
];

/** The sweeper of the usual sessions directory is `labtui-sweeper`; that of another one has a mark of its place behind it. */
export function sweeperName(context: LabContext): string {
  const root = sessionsRoot(context);
  const usual = join(stateDirectory(context), 'sessions');
  return root === usual ? 'labtui-sweeper' : `labtui-sweeper-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/** The job for this command line's sessions directory, with its configuration and Terraform. */
export function sweeperJob(context: LabContext, intervalMs: number, entry = bundledFile('labtui.js')): SweeperJob {
  const { settings, environment } = context;
  const sessionsDir = sessionsRoot(context);
  const given = passed.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' || /[\r\n]/.test(value) ? [] : [[name, value] as const];
  });
  return {
    name: sweeperName(context),
    sessionsDir,
    intervalMs,
    command: [
      ...[process.execPath, entry, '--sessions-dir', sessionsDir],
      ...(settings.config === null ? [] : ['--config', settings.config]),
      ...(settings.terraformBin === null ? [] : ['--terraform-bin', settings.terraformBin]),
      ...['--plain', 'sweeper', 'run'],
    ],
    environment: Object.fromEntries(given),
  };
}
