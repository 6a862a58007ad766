import type { Arch } from './clouds.ts';
import type { Distro } from './distro.ts';
import { exitCodes, worstExitCode } from './errors.ts';

/** One combination of a matrix: a lab of its own. */
export interface Cell {
  /** What tells it from the others: `debian@12-aws-arm64`. */
  readonly label: string;
  /** `debian@12` */
  readonly distro: string;
  /** As profiles name it: `aws`, `aws:eu-west-1`. */
  readonly cloud: string;
  readonly arch: Arch;
}

/** Where a cell is in its life. `waiting`: its lab failed, and another one is made after a while. */
export type CellStep = 'creating' | 'replacing' | 'copying' | 'running' | 'collecting' | 'destroying' | 'waiting';

/**
 * `passed`, `failed`: the command ended, with 0 or not. `broken`: there was no machine, or it went away. `skipped`: there can be none.
 * `stopped`: the user stopped first.
 */
export type CellOutcome = 'passed' | 'failed' | 'broken' | 'skipped' | 'stopped';

/** Milliseconds of the last attempt; a step that did not run is absent. */
export interface CellTimings {
  /** To the shell. */
  readonly ready?: number;
  readonly copy?: number;
  readonly test?: number;
  readonly collect?: number;
  readonly destroy?: number;
  /** Of all attempts. */
  readonly total: number;
}

/** What became of a cell. */
export interface CellResult extends Cell {
  readonly outcome: CellOutcome;
  /** The command's own, the worst of several machines'; null: it did not run to its end. */
  readonly testExitCode: number | null;
  /** 0, or what an apply, a replace or a destroy of this lab alone would have ended with. */
  readonly labExitCode: number;
  /** Why it did not pass; null: it did, or the command says it. */
  readonly reason: string | null;
  /** How many labs were made for it. */
  readonly attempts: number;
  /** The last one's; null: none came about. */
  readonly session: string | null;
  /** Its lab stands, because that was asked for. */
  readonly kept: boolean;
  /** List price of its machine per hour; null: not known. */
  readonly hourlyPrice: number | null;
  /** What was brought back, paths on this computer. */
  readonly collected: readonly string[];
  readonly timings: CellTimings;
}

/** The distros that a pattern such as `debian@*` means: versions that are supported on that day, by `name@version`; of `fedora*` the names. */
export function matchingDistros(pattern: string, distros: readonly Distro[], today: string): readonly string[] {
  const expression = new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`, 'i');
  if (!pattern.includes('@')) return distros.flatMap(({ name }) => (expression.test(name) ? [name] : []));
  return distros.flatMap(({ name, aliases, versions }) =>
    versions.flatMap(({ version, endOfLife }) => {
      const supported = endOfLife === null || endOfLife >= today;
      return supported && [name, ...aliases].some((word) => expression.test(`${word}@${version}`)) ? [`${name}@${version}`] : [];
    }),
  );
}

/** The same cells, each with a label of what differs among them, and of its distro. */
export function labelled<One extends Omit<Cell, 'label'>>(cells: readonly One[]): readonly (One & Cell)[] {
  const differ = (value: (cell: Omit<Cell, 'label'>) => string): boolean => new Set(cells.map(value)).size > 1;
  const [clouds, arches] = [differ(({ cloud }) => cloud), differ(({ arch }) => arch)];
  return cells.map((cell) => ({ ...cell, label: [cell.distro, ...(clouds ? [cell.cloud.replace(':', '-')] : []), ...(arches ? [cell.arch] : [])].join('-') }));
}

/**
 * A run's exit code: the signal's where the user stopped it; else, where labs failed, the first of 1, 7, 5, 6, 4, 3; 10 where all machines
 * worked and tests failed; 0 only where every cell that can be has passed. `stopped`: the signal's code; null: nobody did.
 */
export function exitCodeOfCells(results: readonly CellResult[], stopped: number | null): number {
  if (stopped !== null) return stopped;
  const lab = worstExitCode(results.map(({ labExitCode }) => labExitCode));
  if (lab !== exitCodes.done) return lab;
  return results.some(({ outcome }) => outcome === 'failed') ? exitCodes.testsFailed : exitCodes.done;
}
