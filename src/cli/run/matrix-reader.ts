import { formatDuration } from '../../core/duration.ts';
import type { LabEvent } from '../../core/events.ts';
import type { MatrixBegin } from '../../library/matrix-options.ts';
import type { Cell, CellResult, CellStep } from '../../core/matrix.ts';
import type { CliContext } from '../context.ts';
import { originOf } from '../../library/origin.ts';
import { renderProblem } from '../text/problem.ts';
import { createTheme, mayColour } from '../theme.ts';

/** The face of a matrix run: what each cell is at. */
export interface MatrixReader {
  readonly begin: (matrix: MatrixBegin) => void;
  readonly take: (event: LabEvent) => void;
  readonly step: (cell: Cell, step: CellStep, message: string, session: string | null) => void;
  readonly end: (result: CellResult) => void;
}

const shownPhases: ReadonlySet<string> = new Set(['applying', 'waiting-for-ssh', 'replacing']);

/** One line per step of a cell on stderr; with `--json` every event of every cell, and one of type `cell` for each step. */
export function matrixReader(context: CliContext): MatrixReader {
  const { settings, stderr, environment } = context;
  if (settings.json) return jsonMatrixReader(context);
  const theme = createTheme(mayColour(stderr.isTTY, environment, settings.plain), environment);
  const startedMs = Date.now();
  let width = 0;
  const say = ({ label }: Pick<Cell, 'label'>, text: string): void => {
    if (!settings.quiet) context.err(`${theme.dim(formatDuration(Date.now() - startedMs).padStart(7))}  ${label.padEnd(width)}  ${text}\n`);
  };
  const last = new Map<string, string>();
  return {
    begin: ({ cells, skipped, parallelism }) => {
      width = Math.max(...[...cells, ...skipped].map(({ label }) => label.length));
      if (!settings.quiet) context.err(`  ${cells.length === 1 ? '1 lab' : `${cells.length} labs`}, ${parallelism} at a time\n`);
    },
    take: (event) => {
      const cell = { label: event.cell ?? '' };
      if (event.type === 'diagnostic' && (event.severity === 'error' || !settings.quiet)) context.err(`${cell.label}  ${renderProblem(event, theme, event.severity)}`);
      if (event.type === 'fallback') say(cell, `${theme.glyphs.attention} ${event.from} -> ${event.to}: ${event.reason}`);
      if (event.type !== 'phase' || !shownPhases.has(event.phase) || last.get(cell.label) === event.phase) return;
      last.set(cell.label, event.phase);
      say(cell, event.phase.replaceAll('-', ' '));
    },
    step: (cell, step, message, session) => {
      const words = { creating: 'creating', replacing: `in the place of the one before, in ${session ?? ''}`, copying: 'ready, copying', running: 'running', collecting: 'the command', destroying: 'destroying', waiting: `${theme.glyphs.attention} once more in a moment` }[step];
      const parts = step === 'running' ? [message, words] : [words, message];
      say(cell, parts.filter((part) => part !== '').join(step === 'collecting' ? ' ' : ', '));
    },
    end: (result) => say(result, `${glyphOf(result, theme)} ${outcomeText(result)}`),
  };
}

function jsonMatrixReader(context: CliContext): MatrixReader {
  const line = (cell: Cell, session: string | null, fields: object): void => {
    const { label, distro, cloud, arch } = cell;
    context.out(`${JSON.stringify({ v: 1, time: new Date().toISOString(), session, stack: null, type: 'cell', cell: label, distro, cloud, arch, ...fields, ...originOf(context) })}\n`);
  };
  return {
    begin: () => undefined,
    take: (event) => context.out(`${JSON.stringify(event)}\n`),
    step: (cell, step, message, session) => line(cell, session, { step, message }),
    end: (result) => line(result, result.session, { step: 'ended', ...result, label: undefined }),
  };
}

function glyphOf({ outcome }: CellResult, { good, bad, warn, glyphs }: CliContext['theme']): string {
  if (outcome === 'passed') return good(glyphs.ready);
  return outcome === 'skipped' || outcome === 'stopped' ? warn(glyphs.attention) : bad(glyphs.failed);
}

/** `passed`, `failed: ended with 1`, with what stands after it. */
function outcomeText({ outcome, reason, kept, session }: CellResult): string {
  return `${outcome}${reason === null ? '' : `: ${reason}`}${kept && session !== null ? ` (kept: labtui ssh ${session}, then labtui destroy ${session})` : ''}`;
}
