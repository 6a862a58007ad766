import xterm from '@xterm/headless';
import { type StyledText, styledLine } from '../support/terminal-cells.ts';

export interface Screen {
  readonly lines: readonly string[];
  readonly cells: readonly (readonly StyledText[])[];
}

/** What a terminal of this size shows after a frame. */
export async function screenOf(frame: readonly string[], columns: number, rows: number): Promise<Screen> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(frame.join('\r\n'), resolve));
  const { active } = terminal.buffer;
  const all = Array.from({ length: rows }, (_, row) => active.getLine(active.baseY + row));
  const lines = all.map((line) => line?.translateToString(true).trimEnd() ?? '');
  const cells = all.map((line) => (line === undefined ? [] : styledLine(line, columns)));
  terminal.dispose();
  return { lines, cells };
}
