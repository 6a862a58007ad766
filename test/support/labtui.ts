import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import type { LabEvent } from '../../src/core/events.ts';

/** labtui as it is built, started as a user starts it. */
export const bundle = process.env.LABTUI_TEST_BUNDLE ?? resolve(import.meta.dirname, '../../dist/labtui.js');

export interface Finished {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as NDJSON. */
  readonly events: readonly LabEvent[];
  /** stdout as one JSON document. */
  readonly json: () => unknown;
}

/** Go programs collect less garbage: a provider's schema, loaded in every command of Terraform, then takes a fifth less computing. */
export const unhurriedGo = { GOGC: '400' } as const;

/** A user of one's own: home, configuration, cache, state and working directory below a temporary one. */
export interface Workplace {
  readonly home: string;
  readonly cwd: string;
  readonly sessions: string;
  /** The environment of what runs there. */
  environment(extra?: RunOptions['env']): Readonly<Record<string, string | undefined>>;
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Starts without waiting. */
  start(args: readonly string[], options?: RunOptions): ResultPromise;
  remove(): void;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** A workplace whose environment has nothing of the caller's but PATH. */
export function createWorkplace(env: Readonly<Record<string, string>> = {}, entry = bundle): Workplace {
  const home = mkdtempSync(join(tmpdir(), 'labtui-home-'));
  const cwd = mkdtempSync(join(home, 'work-'));
  const sessions = join(home, 'sessions');
  const environment = (extra?: RunOptions['env']): Record<string, string | undefined> => ({
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    LABTUI_SESSIONS_DIR: sessions,
    LABTUI_OWNER: 'tester@host',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...unhurriedGo,
    ...env,
    ...extra,
  });
  const start: Workplace['start'] = (args, options = {}) =>
    execa(process.execPath, [entry, ...args], {
      cwd: options.cwd ?? cwd,
      env: environment(options.env),
      extendEnv: false,
      input: options.input ?? '',
      reject: false,
      stripFinalNewline: false,
    });
  return {
    home,
    cwd,
    sessions,
    environment,
    start,
    run: async (args, options) => finished(await start(args, options)),
    // What a test has left running may write for a moment yet: that is gone over again.
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 10 }),
  };
}

export function finished({ exitCode, stdout, stderr }: { exitCode?: number; stdout?: unknown; stderr?: unknown }): Finished {
  const text = String(stdout);
  return {
    exitCode,
    stdout: text,
    stderr: String(stderr),
    get events() {
      return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LabEvent);
    },
    json: () => JSON.parse(text) as unknown,
  };
}

/** Writes the reason where the runner shows it, and returns whether the tests are to be skipped. */
export function skipLoudly(what: string, reason: string | null): boolean {
  if (reason !== null) process.stderr.write(`\nSKIP ${what}: ${reason}\n`);
  return reason !== null;
}
