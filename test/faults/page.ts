import { resolve } from 'node:path';
import type { CloudId } from '../../src/core/clouds.ts';
import type { FaultKind } from '../../src/rehearsal/engine/fault.ts';
import { explainFaults, faultGuide } from '../../src/rehearsal/engine/fault-guide.ts';
import { expectedIn, type FaultPhase, faultPhases, type FaultRow, faultTable, isPlayed } from './fault-table.ts';
import { specOf } from './fault-spec-of.ts';
import type { Outcome } from './outcome.ts';

export const faultPage = resolve(import.meta.dirname, '../../docs/faults.md');

/** A row of the page, for one cloud, as it stands there. */
export interface PageCell {
  readonly fault: FaultKind;
  readonly cloud: CloudId;
  readonly phase: FaultPhase;
  /** The exit code, with the kind of the error: `5 quota`. */
  readonly exit: string;
  readonly says: string;
  readonly hint: string;
  readonly left: string;
}

const none = '–';
const lefts: Readonly<Record<Outcome['left'], string>> = {
  nothing: 'nothing',
  session: 'nothing, but it is not proved: `labtui destroy SESSION` again',
  lab: 'the lab, which works',
  machine: 'the machine and more: `labtui destroy SESSION` again',
  rest: 'no machine, but other things: `labtui destroy SESSION` again',
};

const text = (words: string): string => words.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[|*<]/g, String.raw`\$&`);

/** An outcome as the page has it. */
export function cellOf({ fault, cloud, phase, exitCode, kind, says, hint, left }: Outcome): PageCell {
  return {
    fault,
    cloud,
    phase,
    exit: kind === null ? String(exitCode) : `${exitCode} ${kind}`,
    says: says.length === 0 ? 'nothing of it: it goes well' : says.map(text).join('; '),
    hint: hint === null ? none : text(hint),
    left: lefts[left],
  };
}

/** docs/faults.md. Throws where the table has a cell that was not recorded. */
export function renderPage(cells: readonly PageCell[], clouds: readonly CloudId[]): string {
  const sections = faultTable.map((row) => [`## ${row.fault}`, '', introOf(row, clouds), '', ...tableOf(row, cells, clouds)].join('\n'));
  return `${intro}\n\n${sections.join('\n\n')}\n`;
}

const intro = `# What goes wrong, and what you see

Each row was recorded from a run with the real Terraform on labtui's simulated clouds (\`npm run docs:faults\`), which refuse in the clouds' own codes.
SESSION, MACHINE, ZONE, ID, ADDRESS and TIME stand for what differs from run to run; try any of it without an account: \`labtui apply --profile P --rehearse --fault SPEC\`.`;

function introOf(row: FaultRow, clouds: readonly CloudId[]): string {
  const { what, where } = faultGuide[row.fault];
  const cloud = clouds.find((each) => isPlayed(expectedIn(row, each, 'destroy')));
  const destroy = cloud === undefined ? '' : ` In destroy, here as for ${cloud}: \`--fault ${specOf(row, cloud, 'destroy')}\`.`;
  return `${sentence(what)} It comes ${where}. \`--fault ${row.fault}\`.${destroy}`;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function tableOf(row: FaultRow, cells: readonly PageCell[], clouds: readonly CloudId[]): readonly string[] {
  const rows = faultPhases.flatMap((phase) => merged(clouds.map((cloud) => ({ cloud, fields: fieldsOf(row, cells, cloud, phase) }))));
  return ['| cloud | phase | exit | what labtui says | what to type | what is left |', '| --- | --- | --- | --- | --- | --- |', ...rows];
}

function fieldsOf(row: FaultRow, cells: readonly PageCell[], cloud: CloudId, phase: FaultPhase): string {
  const expected = expectedIn(row, cloud, phase);
  if (!isPlayed(expected)) {
    const why = 'never' in expected ? `cannot happen: ${expected.never}` : `as on ${expected.asOn}: no cloud has a part in it`;
    return [phase, none, why, none, none].join(' | ');
  }
  const cell = cells.find((one) => one.fault === row.fault && one.cloud === cloud && one.phase === phase);
  if (cell === undefined) throw new Error(`${row.fault} was not recorded in ${phase} on ${cloud}`);
  return [phase, cell.exit, cell.says, cell.hint, cell.left].join(' | ');
}

/** Clouds of which the same is true have one row. */
function merged(rows: readonly { readonly cloud: CloudId; readonly fields: string }[]): readonly string[] {
  const distinct = [...new Set(rows.map(({ fields }) => fields))];
  return distinct.map((fields) => `| ${rows.flatMap((row) => (row.fields === fields ? [row.cloud] : [])).join(', ')} | ${fields} |`);
}

/** What a page has, cell by cell, but for what cannot happen. */
export function cellsOf(page: string): readonly PageCell[] {
  const kinds = explainFaults().map(({ fault }) => fault);
  return page.split('\n## ').flatMap((section) => {
    const fault = kinds.find((kind) => section.startsWith(`${kind}\n`));
    return fault === undefined ? [] : section.split('\n').flatMap((line) => cellsIn(line, fault));
  });
}

function cellsIn(line: string, fault: FaultKind): readonly PageCell[] {
  const [clouds = '', phase = '', exit = '', says = '', hint = '', left = ''] = line.split(/(?<!\\)\|/).slice(1, -1).map((field) => field.trim());
  const known = faultPhases.find((each) => each === phase);
  if (known === undefined || exit === none) return [];
  return clouds.split(', ').map((cloud) => ({ fault, cloud, phase: known, exit, says, hint, left }));
}
