import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Area, Shared } from '../../model/screen.ts';
import { fieldSpans } from '../../widgets/field.ts';
import { Line, type Span } from '../../widgets/line.tsx';
import type { CommandState } from './state.ts';

/** The command with its arguments, how it is used, and what it printed. */
export function CommandView({ state, area }: { readonly state: CommandState; readonly shared: Shared; readonly area: Area }): ReactElement {
  const { command, args, lines, offset } = state;
  const prompt = ` labtui ${command.name} `;
  const room = Math.max(1, area.rows - 4);
  return (
    <Box flexDirection="column">
      <Line columns={area.columns} spans={[{ text: ` ${command.description}`, tone: 'dim' }]} />
      <Line columns={area.columns} spans={[{ text: prompt, tone: 'accent' }, ...fieldSpans(args, Math.max(1, area.columns - prompt.length - 1), state.phase === 'editing')]} />
      <Line columns={area.columns} spans={[{ text: ` usage: labtui ${command.name} ${command.usage}   (--help tells more)`, tone: 'dim' }]} />
      <Line columns={area.columns} spans={[statusOf(state, room)]} />
      {lines.slice(offset, offset + room).map((line, index) => (
        <Line key={offset + index} columns={area.columns} spans={[{ text: ` ${line}` }]} />
      ))}
    </Box>
  );
}

function statusOf({ phase, exitCode, lines, offset }: CommandState, room: number): Span {
  if (phase === 'running') return { text: ' running', tone: 'accent' };
  if (phase === 'editing') return { text: '' };
  const place = lines.length > room ? `   lines ${offset + 1} to ${Math.min(lines.length, offset + room)} of ${lines.length}` : '';
  if (exitCode === 0) return { text: ` done${place}`, tone: 'good' };
  return { text: exitCode === null ? ' it did not run' : ` ended with ${exitCode}${place}`, tone: 'bad' };
}
