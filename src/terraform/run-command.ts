import { LabError } from '../core/errors.ts';
import type { TerraformDiagnostic, TerraformMessage, TerraformOutcome } from '../core/terraform.ts';
import { followLines } from './follow-file.ts';
import { createInterrupter } from './interrupter.ts';
import { readOutputLine } from './message.ts';
import { identityOf, type ProcessIdentity, thisProcess } from './process-identity.ts';
import { forgetRunning, recordRunning, type RunningTerraform } from './running.ts';
import { type SpawnRequest, spawnTerraform } from './spawn-terraform.ts';
import { readStderrDiagnostics } from './text-diagnostics.ts';

export interface CommandRun extends SpawnRequest {
  readonly onMessage: (message: TerraformMessage) => void;
  readonly now: () => Date;
  /** Awaited as soon as the process is known. */
  readonly onStarted?: ((identity: ProcessIdentity) => Promise<void>) | undefined;
}

/** The outcome of a call that was aborted before Terraform was started. */
export const notStarted: TerraformOutcome = { ok: false, interrupted: true, errors: [], durationMs: 0 };

/**
 * Runs Terraform once and reports what it prints. An abort sends it one SIGINT, to its own process only, and the call
 * waits for its end; nothing here ever kills it. While it runs, `.labtui/running.json` names it.
 */
export async function runCommand(run: CommandRun): Promise<TerraformOutcome> {
  const startedAt = performance.now();
  const owner = thisProcess();
  const spawned = await spawnTerraform(run);
  if (spawned === null) return notStarted;
  const { child, stdoutFile, stderrFile } = spawned;

  const recorded = recordStart(run, child.pid, owner);
  const { interrupt, asked, settled } = createInterrupter(
    async () => noteInterruption(run, await recorded),
    () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    },
  );
  // A failure of labtui's own ends the run as an abort does: Terraform is never left running unseen.
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    interrupt();
  };
  recorded.catch(fail);
  const errors: TerraformDiagnostic[] = [];
  const report = (message: TerraformMessage): void => {
    if (message.kind === 'diagnostic' && message.severity === 'error') {
      const { severity, summary, detail, address } = message;
      errors.push({ severity, summary, detail, address });
    }
    run.onMessage(message);
  };
  const stop = (): void => {
    interrupt();
    try {
      if (failures.length === 0) report({ kind: 'log', level: 'warn', message: waitsFor(run.command) });
    } catch (error) {
      fail(error);
    }
  };
  run.signal.addEventListener('abort', stop, { once: true });
  if (run.signal.aborted) stop();
  await reportOutput(run.binary, followLines(stdoutFile, child), report, fail);

  const end = await child;
  run.signal.removeEventListener('abort', stop);
  await recorded.catch(() => null);
  await settled();
  await forgetRunning(run.directory);
  if (failures.length > 0) throw failures[0];
  if (child.pid === undefined) throw notSpawned(run.binary, end.code, end.originalMessage);

  const ok = end.exitCode === 0;
  if (!ok && errors.length === 0 && !asked()) {
    const how = end.exitCode === undefined ? `was killed by ${end.signal ?? 'a signal'}` : `ended with exit code ${end.exitCode}`;
    for (const diagnostic of await readStderrDiagnostics(stderrFile, `terraform ${run.command} ${how}`)) {
      report({ kind: 'diagnostic', ...diagnostic });
    }
  }
  return { ok, interrupted: asked(), errors, durationMs: Math.round(performance.now() - startedAt) };
}

/** Whoever has asked to stop looks at a screen on which nothing happens, for as long as a cloud takes to answer. */
function waitsFor(command: SpawnRequest['command']): string {
  const end = command === 'apply' || command === 'destroy' || command === 'refresh' || command === 'import' ? 'until what it has begun is over and its state is saved' : 'for its end';
  return `terraform ${command} is asked to stop; waiting ${end}`;
}

async function recordStart(run: CommandRun, pid: number | undefined, owner: ProcessIdentity): Promise<RunningTerraform | null> {
  const identity = pid === undefined ? null : identityOf(pid);
  if (identity === null) return null;
  const record = { ...identity, command: run.command, startedAt: run.now().toISOString(), interruptedAt: null, owner };
  await recordRunning(run.directory, record);
  await run.onStarted?.(identity);
  return record;
}

async function noteInterruption(run: CommandRun, record: RunningTerraform | null): Promise<void> {
  if (record !== null) await recordRunning(run.directory, { ...record, interruptedAt: run.now().toISOString() });
}

async function reportOutput(
  binary: string,
  lines: AsyncIterable<string>,
  report: (message: TerraformMessage) => void,
  fail: (error: unknown) => void,
): Promise<void> {
  let take = (line: string): void => {
    const read = readOutputLine(line);
    if (read.kind === 'message') report(read.message);
    // "Reject any input which reports an unsupported major version": machine-readable-ui.
    if (read.kind === 'ui-version' && !/^[01](\.|$)/.test(read.ui)) throw unknownFormat(binary, read.ui);
  };
  try {
    for await (const line of lines) {
      try {
        take(line);
      } catch (error) {
        // Nothing more is reported, but the end is waited for.
        take = () => undefined;
        fail(error);
      }
    }
  } catch (error) {
    fail(error);
  }
}

function unknownFormat(binary: string, ui: string): LabError {
  return new LabError({
    kind: 'prerequisite',
    summary: `${binary} prints its progress in format ${ui}; this labtui reads format 1`,
    hint: 'Update labtui, or name an older Terraform: --terraform-bin FILE',
  });
}

function notSpawned(binary: string, code: string | undefined, message: string | undefined): LabError {
  return new LabError({
    kind: 'prerequisite',
    code,
    summary: `Cannot run ${binary}: ${code ?? 'unknown reason'}`,
    detail: message,
    hint: 'Check with: labtui doctor',
  });
}
