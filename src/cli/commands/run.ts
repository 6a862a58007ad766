import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CellResult } from '../../core/matrix.ts';
import type { FinalEvent } from '../../library/lab-run.ts';
import { run as runMatrix } from '../../library/matrix.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { diskProblem } from '../../sessions/disk-problem.ts';
import { remoteCommand } from '../../ssh/remote-command.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { flagFields, follow } from '../library-call.ts';
import { cellOutputs } from '../run/cell-outputs.ts';
import { matrixReader } from '../run/matrix-reader.ts';
import { renderJunit } from '../text/junit.ts';
import { countCells, renderMatrix } from '../text/matrix-table.ts';
import { tapHead, tapLine } from '../text/tap.ts';
import type { PlanOptions } from './apply.ts';

export interface RunOptions extends PlanOptions {
  readonly parallelism?: number;
  readonly copy?: readonly string[] | false;
  readonly exclude?: readonly string[];
  readonly collect?: readonly string[];
  readonly output?: string;
  readonly junit?: string;
  readonly tap?: boolean;
  readonly keepFailed?: boolean;
  readonly reuse?: boolean;
  readonly retries?: number;
  readonly skipImpossible?: boolean;
  readonly testTimeout?: string;
}

/** `labtui run -- CMD...`: one lab for each combination of distros, clouds and architectures, the command on each, and none left. */
export async function run(context: CliContext, command: readonly string[], options: RunOptions): Promise<number> {
  if (options.tap === true && context.settings.json) throw new UsageError('--tap and --json exclude each other: each is all of stdout');
  const { profile, maxHourly, requireProtection, rehearse, fault, timeout, testTimeout } = options;
  const { parallelism, copy, exclude, collect, output, keepFailed, reuse, retries, skipImpossible } = options;
  const junit = options.junit === undefined ? null : resolve(context.cwd, options.junit);
  if (junit !== null) await requireFolder(junit);
  const startedAt = new Date();
  const outputs = cellOutputs(context, { allOnStderr: options.tap === true });
  const reader = matrixReader(context);
  const tap = tapOf(context, options);
  const stopping = (): void => (context.settings.json ? undefined : context.err('  stopping: every lab that stands is destroyed first\n'));
  context.signal.addEventListener('abort', stopping, { once: true });
  let results: string | null = null;
  const result = await follow(
    runMatrix(command, {
      ...around(context),
      // A pattern is no distro until it is known what it stands for.
      ...(await flagFields(context, { ...options, distro: undefined })),
      ...(options.distro === undefined ? {} : { distro: options.distro as readonly string[] }),
      ...{ profile, maxHourly, requireProtection, rehearse: rehearse === true, faults: fault, timeout, testTimeout },
      ...{ parallelism, copy, exclude, collect, output, keepFailed, reuse, retries, skipImpossible },
      onBegin: (matrix) => {
        results = matrix.output;
        outputs.begin(matrix.output);
        reader.begin(matrix);
        tap.begin(matrix.cells.length + matrix.skipped.length);
      },
      openOutput: outputs.open,
      onStep: reader.step,
      onCell: (cell) => {
        reader.end(cell);
        tap.end(cell);
      },
    }),
    reader,
  ).finally(() => context.signal.removeEventListener('abort', stopping));
  const { cells = [], durationMs } = result;
  if (junit !== null) await writeJunit(junit, renderJunit({ results: cells, outputOf: outputs.tailOf, startedAt, durationMs, command: remoteCommand(command) }));
  if (!context.settings.json) closingWords(context, result, { output: results, tap: options.tap === true });
  return result.exitCode;
}

function tapOf(context: CliContext, { tap }: RunOptions): { readonly begin: (count: number) => void; readonly end: (result: CellResult) => void } {
  if (tap !== true) return { begin: () => undefined, end: () => undefined };
  let number = 0;
  return {
    begin: (count) => context.out(tapHead(count)),
    end: (result) => {
      number += 1;
      context.out(tapLine(result, number));
    },
  };
}

/** Before anything is made: a report that cannot be written is told first. */
async function requireFolder(file: string): Promise<void> {
  await access(dirname(file), constants.W_OK).catch((error: unknown) => {
    throw diskProblem(error, file, '--junit FILE in a directory that is there');
  });
}

async function writeJunit(file: string, text: string): Promise<void> {
  try {
    await durableWrite(file, text, 0o644);
  } catch (error) {
    throw diskProblem(error, file, 'the run itself has ended, and its labs with it');
  }
}

function closingWords(context: CliContext, { cells = [] }: FinalEvent, { output, tap }: { readonly output: string | null; readonly tap: boolean }): void {
  const write = tap ? context.err : context.out;
  write(`${renderMatrix(cells, context)}\n`);
  if (output !== null && cells.some(({ timings }) => timings.test !== undefined)) context.err(`  results: ${output}\n`);
  context.err(`  ${countCells(cells)}\n`);
}
