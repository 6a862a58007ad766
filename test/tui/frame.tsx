import { PassThrough, Writable } from 'node:stream';
import { render } from 'ink';
import { AppView } from '../../src/tui/app-view.tsx';
import type { AppState } from '../../src/tui/model/app.ts';

interface Drawing {
  draw(app: AppState): readonly string[];
}

/** A drawing for each size: starting Ink anew takes longer than a frame. */
const drawings = new Map<string, Drawing>();

/** The screen as lines of text, for this state. Colours are left out: the tests run without a terminal. */
export function frameOf(app: AppState): readonly string[] {
  const size = `${app.columns}x${app.rows}`;
  const drawing = drawings.get(size) ?? startDrawing(app);
  drawings.set(size, drawing);
  return drawing.draw(app);
}

function startDrawing(first: AppState): Drawing {
  let frame = '';
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        if (typeof chunk === 'string' && chunk !== '') frame = chunk;
        done();
      },
    }),
    { columns: first.columns, rows: first.rows, isTTY: true },
  );
  const view = (app: AppState) => <AppView runtime={{ state: () => app, send: () => undefined, subscribe: () => () => undefined, close: () => undefined }} />;
  const ink = render(view(first), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    draw: (app) => {
      ink.rerender(view(app));
      return frame.split('\n').map((line) => line.trimEnd());
    },
  };
}
