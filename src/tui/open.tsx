import { constants } from 'node:os';
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { AppView } from './app-view.tsx';
import { startApp } from './model/app.ts';
import type { TuiPort } from './port.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import { homeState } from './screens/home/state.ts';
import { FrameWriter } from './terminal/frame-writer.ts';
import { holdTerminal } from './terminal/hold-terminal.ts';
import { PlainWriter } from './terminal/plain-writer.ts';
import { clipboardSequence } from './terminal/terminal.ts';

export interface OpenOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Aborted with the signal's name: leave at once, and leave runs as they are. */
  readonly signal: AbortSignal;
  /** One line after the other, nothing moves: for screen readers. */
  readonly plain: boolean;
}

/**
 * The terminal UI on a terminal, until it is left; its exit code. The terminal is as it was before, however it ends.
 * Rejects with what broke, after the terminal was given back.
 */
export async function openTerminalUi(port: TuiPort, { stdin, stdout, signal, plain }: OpenOptions): Promise<number> {
  const writer = plain ? new PlainWriter(stdout) : new FrameWriter(stdout);
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const started = startApp(port.facts, { ...size(), nowMs: port.nowMs() }, homeState);
  const runtime = startRuntime(started, port, {
    lend: (work) => terminal.lend(work),
    copy: (text) => void stdout.write(clipboardSequence(text)),
  });
  const terminal = holdTerminal({
    stdin,
    stdout,
    writer,
    plain,
    onKey: (key, text) => {
      writer.keyPressed();
      if (key === 'ctrl-z') terminal.suspend();
      else runtime.send({ type: 'key', key, text });
    },
  });
  // Not at the stream's `resize`, which says nothing of a terminal that was another size for a moment and has lost its lines.
  const onResize = (): void => {
    writer.forget();
    runtime.send({ type: 'resize', ...size() });
  };
  process.on('SIGWINCH', onResize);
  const breaks = listenForCrash();
  // In debug mode Ink writes each frame whole and at once, also where CI is set; the writer finds what changed.
  const ink = render(<AppView runtime={runtime} />, { stdout: writer as unknown as NodeJS.WriteStream, stdin: silentStdin(), debug: true, exitOnCtrlC: false, patchConsole: false });
  try {
    return await Promise.race([left(runtime), gone(signal), breaks.crash, ink.waitUntilExit().then(() => 0)]);
  } finally {
    runtime.close();
    process.off('SIGWINCH', onResize);
    terminal.close();
    ink.unmount();
    breaks.stop();
  }
}

/** Keys come from the keyboard; Ink reads none. */
function silentStdin(): NodeJS.ReadStream {
  return new PassThrough() as unknown as NodeJS.ReadStream;
}

/** Resolves with the exit code that the interface itself wants. */
function left(runtime: Runtime): Promise<number> {
  return new Promise((resolve) => {
    runtime.subscribe(() => {
      const { exitCode } = runtime.state();
      if (exitCode !== null) resolve(exitCode);
    });
  });
}

/** Resolves with 128 + n when the signal comes. */
function gone(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(128 + (Object.entries(constants.signals).find(([name]) => name === signal.reason)?.[1] ?? constants.signals.SIGTERM));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** A bug, wherever it was thrown: the terminal is given back before it is reported. */
function listenForCrash(): { readonly crash: Promise<never>; stop(): void } {
  let onError: (error: unknown) => void = () => undefined;
  const crash = new Promise<never>((_, reject) => (onError = reject));
  // Nobody may be waiting for it any more.
  crash.catch(() => undefined);
  process.on('uncaughtException', onError).on('unhandledRejection', onError);
  return { crash, stop: () => void process.off('uncaughtException', onError).off('unhandledRejection', onError) };
}
