import { LabError } from '../core/errors.ts';
import { type Run, stoppedExitCode, timedOut } from './run.ts';

/**
 * The work's outcome, unless the run is asked to stop first: then it rejects at once. Only for work that creates
 * nothing and so may be left behind in mid-air.
 */
export async function orStopped<T>(work: Promise<T>, run: Run): Promise<T> {
  const { signal } = run;
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(stoppedError(run));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  // Whichever loses must not surface later as an unhandled rejection.
  work.catch(() => undefined);
  stopped.catch(() => undefined);
  return Promise.race([work, stopped]);
}

function stoppedError(run: Run): LabError {
  return new LabError(
    { kind: 'not-ready', summary: `${timedOut(run) ? 'out of time' : 'interrupted'} before anything was created` },
    { exitCode: stoppedExitCode(run) },
  );
}
