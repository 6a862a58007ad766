import { cutSpans, type Span } from '../../../widgets/line.tsx';
import { type StepName, steps, type WizardState } from '../state.ts';
import { decidedRows } from './decided-rows.ts';
import { distroStepRows } from './distro-rows.ts';
import type { Frame } from './frame.ts';
import { panelRows } from './panel-rows.ts';
import { reviewStepRows } from './review-rows.ts';
import { besides, padded, type Row } from './row.ts';
import { sizeStepRows } from './size-rows.ts';
import { whereStepRows } from './where-rows.ts';

/** From these widths on what is decided stands beside the step; the review is wide itself. */
const leastBeside = { step: 76, review: 130 } as const;

/** The whole wizard as exactly `rows` lines. */
export function wizardRows(state: WizardState, frame: Frame): readonly Row[] {
  const { columns, rows, glyphs } = frame;
  const body = Math.max(1, rows - 1);
  const beside = columns >= (state.step === 'review' ? leastBeside.review : leastBeside.step);
  if (!beside) return [stepsRow(state, frame), ...padded(stepRows(state, { ...frame, rows: body }), body)].slice(0, rows);
  const right = Math.min(40, Math.max(22, Math.floor(columns * 0.27)));
  const left = columns - right - 3;
  const lines = besides(stepRows(state, { ...frame, columns: left, rows: body }), decidedRows(state, { ...frame, columns: right, rows: body }), left, right, body, glyphs.wall);
  return [stepsRow(state, frame), ...lines].slice(0, rows);
}

function stepRows(state: WizardState, frame: Frame): readonly Row[] {
  if (state.panel !== null) return panelRows(state, state.panel, frame);
  const views: Readonly<Record<StepName, (state: WizardState, frame: Frame) => readonly Row[]>> = { distro: distroStepRows, where: whereStepRows, size: sizeStepRows, review: reviewStepRows };
  return views[state.step](state, frame);
}

/** ` 1 distro ▸ 2 where ▸ 3 size ▸ 4 review` */
function stepsRow({ step, request }: WizardState, { columns, glyphs }: Frame): Row {
  const at = steps.indexOf(step);
  const spans = steps.flatMap((name, index): readonly Span[] => [
    { text: index === 0 ? ' ' : ` ${glyphs.cursor} `, tone: 'dim' },
    { text: `${index + 1} ${name}`, tone: index === at ? 'accent' : index < at ? 'plain' : 'dim' },
  ]);
  return { spans: cutSpans([...spans, { text: request.rehearse ? '   rehearsal' : '', tone: 'good' }], columns) };
}
