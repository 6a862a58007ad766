import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnCommand } from '../../../src/cli/tui/own-command.ts';
import { ownCommand } from '../../../src/cli/tui/own-command.ts';

/** Stands in for labtui: the JSON in its last argument says what it does, step by step. */
export type Step =
  | { readonly out: string }
  | { readonly err: string }
  /** Its arguments and what of its environment matters, as one line of JSON. */
  | { readonly tell: 'itself' }
  /** Goes on until somebody ends it; each SIGINT adds a line to the file and, with `exit`, ends it. */
  | { readonly wait: string; readonly exit?: number }
  | { readonly exit: number };

const program = `
import { appendFileSync } from 'node:fs';
const steps = JSON.parse(process.argv.at(-1));
for (const step of steps) {
  if ('out' in step) process.stdout.write(step.out);
  if ('err' in step) process.stderr.write(step.err);
  if ('tell' in step) {
    const { NO_COLOR = null, FORCE_COLOR = null, LABTUI_JSON = null, LABTUI_QUIET = null, LABTUI_PLAIN = null, MINE = null } = process.env;
    process.stdout.write(JSON.stringify({ args: process.argv.slice(2, -1), cwd: process.cwd(), tty: [0, 1].map((fd) => process[['stdin', 'stdout'][fd]].isTTY === true), NO_COLOR, FORCE_COLOR, LABTUI_JSON, LABTUI_QUIET, LABTUI_PLAIN, MINE }) + '\\n');
  }
  if ('wait' in step) {
    await new Promise((resolve) => {
      const alive = setInterval(() => undefined, 1_000);
      process.on('SIGINT', () => {
        appendFileSync(step.wait, 'SIGINT\\n');
        if (step.exit === undefined) return;
        process.exitCode = step.exit;
        clearInterval(alive);
        resolve();
      });
      appendFileSync(step.wait, 'ready\\n');
    });
  } else if ('exit' in step) process.exitCode = step.exit;
}
`;

export interface FakeLabtui {
  readonly folder: string;
  readonly sessionsRoot: string;
  readonly entry: string;
  own(environment?: Readonly<Record<string, string | undefined>>): OwnCommand;
  file(name: string): string;
  remove(): void;
}

export function createFakeLabtui(): FakeLabtui {
  const folder = mkdtempSync(join(tmpdir(), 'labtui-port-'));
  const entry = join(folder, 'labtui.mjs');
  writeFileSync(entry, program);
  const sessionsRoot = join(folder, 'sessions');
  return {
    folder,
    sessionsRoot,
    entry,
    own: (environment = {}) =>
      ownCommand({
        environment: { PATH: process.env.PATH, ...environment },
        cwd: folder,
        settings: { json: false, plain: false, quiet: false, sessionsDir: null, config: null, terraformBin: '/opt/tofu' },
        sessionsRoot,
        entry,
      }),
    file: (name) => join(folder, name),
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export function steps(...all: readonly Step[]): string {
  return JSON.stringify(all);
}

/** Waits until it holds; fails after a minute. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within 60 s: ${what}`);
    await sleep(10);
  }
}

export function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : [];
}
