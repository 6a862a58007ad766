import { PassThrough, Writable } from 'node:stream';
import { render } from 'ink';
import { AppView } from '../../src/tui/app-view.tsx';
import type { AppState } from '../../src/tui/model/app.ts';

/** The screen as lines of text, for this state. Colours are left out: the tests run without a terminal. */
export function frameOf(app: AppState): readonly string[] {
  let frame = '';
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        if (typeof chunk === 'string' && chunk !== '') frame = chunk;
        done();
      },
    }),
    { columns: app.columns, rows: app.rows, isTTY: true },
  );
  const runtime = { state: () => app, send: () => undefined, subscribe: () => () => undefined, close: () => undefined };
  const ink = render(<AppView runtime={runtime} />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const lines = frame.split('\n').map((line) => line.trimEnd());
  ink.unmount();
  return lines;
}
