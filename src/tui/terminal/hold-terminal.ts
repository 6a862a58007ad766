import { type Keyboard, openKeyboard } from './keyboard.ts';
import type { ScreenWriter } from './screen-writer.ts';
import { enterScreen, leaveScreen } from './terminal.ts';

export interface HoldOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly writer: ScreenWriter;
  /** Lines only: no second screen, no escape sequences. */
  readonly plain: boolean;
  readonly onKey: (key: string, text: string) => void;
}

export interface HeldTerminal {
  /** Gives the terminal away for as long as the work takes. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** As a shell expects of Ctrl-Z: the terminal is given back, and taken again on `fg`. */
  suspend(): void;
  /** Gives it back for good, as it was. Doing it again does nothing. */
  close(): void;
}

/** Longer than it takes to be stopped. Where no shell is there to go on with it, the system does not stop a program. */
const stoppedMs = 200;

/**
 * Takes the terminal: raw keys, the second screen. However it is left, by `close` or with the process, it is as it was. Whenever it is
 * taken again, a SIGWINCH says that all has to be drawn.
 */
export function holdTerminal({ stdin, stdout, writer, plain, onKey }: HoldOptions): HeldTerminal {
  let state: 'held' | 'lent' | 'stopped' | 'closed' = 'held';
  let timer: NodeJS.Timeout | null = null;
  const silent = { write: () => undefined };
  const keyboard: Keyboard = openKeyboard(stdin, plain ? silent : stdout, onKey);
  const take = (): void => {
    if (!plain) enterScreen(stdout);
    writer.unmute();
    keyboard.resume();
  };
  const takeBack = (): void => {
    take();
    // Whoever had the terminal was told of its size. Node asks for it at this signal only, and whoever draws does so then.
    process.kill(process.pid, 'SIGWINCH');
  };
  const give = (): void => {
    keyboard.pause();
    writer.mute();
    if (!plain) leaveScreen(stdout);
  };
  const suspend = (): void => {
    if (state !== 'held') return;
    state = 'stopped';
    give();
    process.off('SIGTSTP', suspend);
    timer = setTimeout(goOn, stoppedMs);
    // To the whole group, as the terminal would send it: npx and shell scripts wait for a child that never stops.
    process.kill(0, 'SIGTSTP');
  };
  const goOn = (): void => {
    if (state !== 'stopped' && state !== 'held') return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // Stopped by SIGSTOP, nothing was given back, but the shell has its own modes set since.
    if (state === 'held') give();
    else process.on('SIGTSTP', suspend);
    state = 'held';
    takeBack();
  };
  const close = (): void => {
    if (state === 'closed') return;
    if (timer !== null) clearTimeout(timer);
    process.off('SIGTSTP', suspend).off('SIGCONT', goOn).off('exit', close);
    if (state === 'held') give();
    state = 'closed';
    writer.mute();
  };
  take();
  process.on('SIGTSTP', suspend).on('SIGCONT', goOn).on('exit', close);
  return {
    lend: async (work) => {
      if (state !== 'held') return work();
      state = 'lent';
      give();
      try {
        return await work();
      } finally {
        if (isLent()) {
          state = 'held';
          takeBack();
        }
      }
    },
    suspend,
    close,
  };

  /** It may have been closed meanwhile. */
  function isLent(): boolean {
    return state === 'lent';
  }
}
