import { formatDuration } from '../../../../core/duration.ts';
import type { Shared } from '../../../model/screen.ts';
import { glyphsFor } from '../../../theme.ts';
import { applyArgs, commandText } from '../command.ts';
import type { PlanOutcome, StackSummary } from '../data/plan.ts';
import type { Trouble } from '../data/loaded.ts';
import type { WizardState } from '../state.ts';
import type { Frame } from './frame.ts';
import { price } from './money.ts';
import { planTable } from './plan-table.ts';
import { blank, type Row, row, wrapped } from './row.ts';

/** How many lines the review has on this screen. */
export function reviewLineCount(state: WizardState, shared: Shared): number {
  return reviewLines(state, { columns: shared.columns, rows: shared.rows, glyphs: glyphsFor(shared.facts.unicode), shared }).length;
}

/** Everything to know before agreeing: what it is, what it costs, who reaches it, what ends it, what is created, and the command. */
export function reviewLines(state: WizardState, frame: Frame): readonly Row[] {
  const { review, showYaml } = state;
  if (showYaml) return yamlLines(state, frame);
  const outcome = review?.outcome ?? null;
  return [...(outcome === null ? waitingLines(state, frame) : outcome.ok ? planLines(state, outcome, frame) : failureLines(outcome, frame)), ...commandLines(state, frame)];
}

function waitingLines({ review }: WizardState, { glyphs, shared }: Frame): readonly Row[] {
  const elapsedMs = Math.max(0, shared.nowMs - (review?.startedAtMs ?? shared.nowMs));
  return [{ spans: [{ text: ` ${glyphs.working} `, tone: 'warn' }, { text: 'looking up images, prices and zones, and planning' }, { text: `   ${formatDuration(elapsedMs)}`, tone: 'dim' }] }, blank];
}

function failureLines({ errors, warnings }: PlanOutcome, frame: Frame): readonly Row[] {
  const { columns, glyphs } = frame;
  return [
    ...errors.flatMap(({ summary, hint, stack }) => [
      ...wrapped(`${glyphs.failed} ${stack === null ? '' : `${stack}: `}${summary}`, columns, ' ', 'bad'),
      ...wrapped(hint === null ? '' : `try: ${hint}`, columns, '   '),
    ]),
    ...warningLines(warnings, frame),
    blank,
  ];
}

function planLines(state: WizardState, outcome: PlanOutcome, frame: Frame): readonly Row[] {
  const { stacks, warnings, fallbacks } = outcome;
  const { columns } = frame;
  return [
    ...planTable(stacks, frame),
    ...togetherLines(stacks, frame),
    ...warningLines(warnings, frame),
    ...fallbacks.flatMap((text) => wrapped(text, columns, '   ', 'dim')),
    blank,
    ...reachLines(state, outcome, frame),
    blank,
    ...stacks.flatMap(({ stack, creates }) => [row(` ${stack}: ${creates.length} resources`, 'dim'), ...creates.map((address) => ({ spans: [{ text: '   + ', tone: 'good' as const }, { text: address }] }))]),
    blank,
  ];
}

function togetherLines(stacks: readonly StackSummary[], { glyphs }: Frame): readonly Row[] {
  const currencies = new Set(stacks.map(({ currency }) => currency));
  if (currencies.size !== 1 || stacks.some(({ hourlyCost }) => hourlyCost === null)) return [row(' together: not every price is known', 'dim')];
  const [currency = null] = currencies;
  const hourly = stacks.reduce((sum, { hourlyCost }) => sum + (hourlyCost ?? 0), 0);
  const whole = stacks.some(({ costUntilTtl }) => costUntilTtl === null) ? null : stacks.reduce((sum, { costUntilTtl }) => sum + (costUntilTtl ?? 0), 0);
  const dates = [...new Set(stacks.flatMap(({ priceDate }) => priceDate ?? []))];
  const until = whole === null ? 'no end is set' : `${price(whole, currency, 2)} until it ends`;
  return [{ spans: [{ text: ' together ', tone: 'dim' }, { text: `${price(hourly, currency, 4)} an hour ${glyphs.dot} ${until}`, tone: 'strong' }, { text: dates.length === 0 ? '' : `   prices of ${dates.join(', ')}`, tone: 'dim' }] }];
}

function warningLines(warnings: readonly Trouble[], { columns, glyphs }: Frame): readonly Row[] {
  return warnings.flatMap(({ summary, hint }) => [...wrapped(`${glyphs.attention} ${summary}`, columns, ' ', 'warn'), ...wrapped(hint === null ? '' : `try: ${hint}`, columns, '   ')]);
}

function reachLines({ request }: WizardState, { stacks, protectedBy, until, unprotected }: PlanOutcome, { columns, shared }: Frame): readonly Row[] {
  const ranges = [...new Set(stacks.flatMap(({ allowFrom }) => allowFrom))];
  const machines = stacks.reduce((sum, { count }) => sum + count, 0);
  const left = until === null ? null : Date.parse(until) - shared.nowMs;
  return [
    ...wrapped(`${machines} ${machines === 1 ? 'machine' : 'machines'}, reachable from ${ranges.join(', ') || 'nowhere'} only`, columns, ' '),
    ...(left === null || Number.isNaN(left) ? [row(' nothing ends it but you: it has no time to live', 'warn')] : wrapped(`ends by itself in ${formatDuration(left)}, by: ${protectedBy.join(', ') || 'nothing'}`, columns, ' ')),
    ...unprotected.flatMap((text) => wrapped(text, columns, '   ', 'dim')),
    ...(request.rehearse ? [row(' a rehearsal: no cloud is asked, nothing costs anything', 'good')] : []),
  ];
}

function commandLines({ request, base }: WizardState, { columns }: Frame): readonly Row[] {
  return [row(' the same as a command (y copies it)', 'dim'), ...wrapped(commandText(applyArgs(request, base)), columns, '   ')];
}

function yamlLines({ review }: WizardState, { columns }: Frame): readonly Row[] {
  const yaml = review?.yaml ?? null;
  if (yaml === null || yaml.is === 'loading') return [row(' being written', 'dim')];
  if (yaml.is === 'failed') return wrapped(yaml.trouble.summary, columns, ' ', 'bad');
  return yaml.value.trimEnd().split('\n').map((line) => (line.startsWith('#') ? row(` ${line}`, 'dim') : row(` ${line}`)));
}
