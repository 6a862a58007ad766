import { invalidInput, LabError } from '../../../core/errors.ts';
import type { LabRequest } from '../../../lab/describe-lab.ts';
import { type ImpossibleCell, type Matrix, planCells } from '../../../lab/matrix/plan-cells.ts';
import type { LabPorts } from '../../../lab/ports.ts';
import { openDistros } from '../../catalogue.ts';
import type { LabContext } from '../../context.ts';
import { isPattern, namedDistros } from '../../distro-patterns.ts';
import { labRequest, type LabOptions } from '../../lab-request.ts';

/** The labs that a run's flags, profile and configuration describe, and which of its distros a pattern stood for. */
export interface WantedMatrix {
  readonly lab: LabRequest;
  /** `debian@12`, named by nobody but a pattern. */
  readonly byPattern: ReadonlySet<string>;
}

/** Reads the fields as `apply` does, once patterns among the distros stand for what they match. Rejects with invalid-input. */
export async function wantedMatrix(context: LabContext, options: LabOptions): Promise<WantedMatrix> {
  const given = textsOf(options.fields?.distro);
  const texts = given ?? textsOf(context.environment.LABTUI_DISTRO) ?? [];
  // What only the variable says is left to it, so that a wrong one is told by its name.
  if (given === null && !texts.some(isPattern)) return { lab: await labRequest(context, options), byPattern: new Set() };
  const catalogue = openDistros(context, await context.loadClouds());
  const { named, byPattern } = await namedDistros(texts, catalogue);
  return { lab: await labRequest(context, { ...options, fields: { ...options.fields, distro: [...named, ...byPattern] } }), byPattern: new Set(byPattern) };
}

/**
 * What is to be run. Throws with what cannot be of what somebody has named, unless that is to be skipped: what a pattern alone stands for
 * is skipped anyway.
 */
export function chosenCells({ lab, byPattern }: WantedMatrix, ports: LabPorts, skipImpossible: boolean): Matrix {
  const matrix = planCells(lab, ports);
  const refused = skipImpossible ? [] : matrix.impossible.filter(({ cell }) => !byPattern.has(cell.distro));
  if (refused.length > 0 || matrix.cells.length === 0) throw impossible(refused.length > 0 ? refused : matrix.impossible);
  return matrix;
}

function impossible(cells: readonly ImpossibleCell[]): LabError {
  const [first] = cells;
  if (first === undefined) return invalidInput('there is nothing to run', '--distro debian --cloud aws');
  if (cells.length === 1) return new LabError({ ...first.problem, summary: `${first.cell.label}: ${first.problem.summary}`, hint: [first.problem.hint, '--skip-impossible   leaves it out'].filter((part) => part !== undefined).join('\n') });
  const lines = cells.map(({ cell, problem }) => `${cell.label}: ${problem.summary}`);
  return new LabError({ kind: first.problem.kind, summary: `${cells.length} of the combinations cannot be`, detail: lines.join('\n'), hint: 'fewer of --distro, --cloud, --arch; or --skip-impossible   leaves them out' });
}

/** A list, or with commas. */
function textsOf(value: unknown): readonly string[] | null {
  const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(String) : [];
  const parts = texts.flatMap((text) => text.split(',').map((part) => part.trim())).filter((part) => part !== '');
  return parts.length === 0 ? null : parts;
}
