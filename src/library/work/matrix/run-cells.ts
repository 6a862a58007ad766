import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { exitCodes } from '../../../core/errors.ts';
import { joinSignals } from '../../../core/joined-signal.ts';
import { type CellResult, exitCodeOfCells } from '../../../core/matrix.ts';
import type { CellStreams } from '../../../lab/matrix/cell-streams.ts';
import type { ImpossibleCell } from '../../../lab/matrix/plan-cells.ts';
import { runMatrix } from '../../../lab/matrix/run-matrix.ts';
import type { Call } from '../../call.ts';
import type { LabContext } from '../../context.ts';
import type { Sink } from '../../lab-run.ts';
import type { MatrixOptions } from '../../matrix-options.ts';
import { usualParallelism } from '../../parallelism.ts';
import { withPorts } from '../../rehearsal/with-ports.ts';
import { resultEvent } from '../../result-event.ts';
import { wrongUsage } from '../../wrong-usage.ts';
import { limitsOf } from '../make-lab.ts';
import { durationOf, faultsOf, timeoutOf } from '../run-options.ts';
import { cellGuests } from './cell-guests.ts';
import { runFiles } from './run-files.ts';
import { chosenCells, wantedMatrix } from './wanted-matrix.ts';

const usualOutput = 'labtui-results';
const usualRetries = 1;

/** A command on every cell of a matrix; the last event is the result of all, with what became of each. */
export async function runCells({ context, settings }: Call, command: readonly string[], options: MatrixOptions, sink: Sink): Promise<void> {
  if (command.length === 0 || command.every((word) => word.trim() === '')) throw wrongUsage('what is to be run?', 'labtui run --distro debian,fedora --cloud aws -- ./test.sh');
  const startedMs = Date.now();
  const { collect = [], exclude = [], onStep = () => undefined, onCell = () => undefined, openOutput = toNowhere } = options;
  const output = options.output === undefined && collect.length === 0 ? null : resolve(context.cwd, options.output ?? usualOutput);
  const files = runFiles({ copy: options.copy, exclude, outputs: [resolve(context.cwd, usualOutput), ...(output === null ? [] : [output])] }, context);
  const testTimeoutMs = options.testTimeout === undefined ? null : durationOf(options.testTimeout, '--test-timeout');
  const limitMs = timeoutOf(options, settings);
  const wanted = await wantedMatrix(context, limitsOf(options, settings));
  const faults = faultsOf(options, context);
  const { results, stopped } = await withPorts(context, { rehearsed: faults.rehearse, options: faults, approve: () => Promise.resolve(true) }, async (ports) => {
    const { cells, impossible } = chosenCells(wanted, ports, options.skipImpossible === true);
    const parallelism = options.parallelism ?? settings.parallelism ?? usualParallelism();
    options.onBegin?.({ cells: cells.map(({ cell }) => cell), skipped: impossible.map(({ cell }) => cell), parallelism: Math.min(parallelism, cells.length), output });
    const skipped = impossible.map(skippedResult);
    for (const result of skipped) onCell(result);
    const limit = timeLimit(context, limitMs);
    try {
      const ran = await runMatrix(
        {
          cells,
          parallelism,
          reuse: options.reuse === true,
          keepFailed: options.keepFailed === true,
          retries: options.retries ?? usualRetries,
          guests: cellGuests(context, { files, command, testTimeoutMs, collect, output }),
          openOutput,
          sink: (event, { label }) => {
            // A lab's own result is one of many here: the last event is that of all.
            if (event.type !== 'result') sink({ ...event, cell: label });
          },
          onStep,
          onEnd: onCell,
          signal: limit.signal,
        },
        ports,
      );
      return { results: [...ran, ...skipped], stopped: limit.exitCode() };
    } finally {
      limit.end();
    }
  });
  const exitCode = exitCodeOfCells(results, stopped);
  sink({ ...resultEvent(context, exitCode, exitCode === exitCodes.done ? 'destroyed' : 'failed', Date.now() - startedMs), cells: results });
}

function skippedResult({ cell, problem }: ImpossibleCell): CellResult {
  return { ...cell, outcome: 'skipped', testExitCode: null, labExitCode: exitCodes.done, reason: problem.summary, attempts: 0, session: null, kept: false, hourlyPrice: null, collected: [], timings: { total: 0 } };
}

interface TimeLimit {
  readonly signal: AbortSignal;
  /** What the run ends with because it was stopped; null: it was not. */
  readonly exitCode: () => number | null;
  readonly end: () => void;
}

/** The caller's signal, and the end of the time of the whole run. */
function timeLimit({ signal }: LabContext, limitMs: number | null): TimeLimit {
  const over = new AbortController();
  const timer = limitMs === null ? undefined : setTimeout(() => over.abort('timeout'), limitMs);
  const both = joinSignals(signal, over.signal);
  // Every cell listens.
  setMaxListeners(0, both.signal);
  return {
    signal: both.signal,
    exitCode: () => {
      if (signal.aborted) return signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
      return over.signal.aborted ? exitCodes.notReady : null;
    },
    end: () => {
      clearTimeout(timer);
      both.leave();
    },
  };
}

function toNowhere(): CellStreams {
  const [stdout, stderr] = [0, 1].map(() => new Writable({ write: (_chunk, _encoding, done) => done() }));
  if (stdout === undefined || stderr === undefined) throw new Error('a stream is missing');
  return { stdout, stderr, end: () => Promise.resolve() };
}
