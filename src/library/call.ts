import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { exitCodeOf, LabError } from '../core/errors.ts';
import type { Settings } from '../input/settings-schema.ts';
import type { LabContext } from './context.ts';
import { settingsAround } from './file-settings.ts';
import { loadClouds } from './load-clouds.ts';
import type { CallOptions } from './options.ts';

declare const LABTUI_VERSION: string;

/** A call under way: the world around it, and the settings that are not given but written around it. */
export interface Call {
  readonly context: LabContext;
  readonly settings: Partial<Settings>;
}

type Options = CallOptions & { readonly onReadyOutput?: ((text: string) => void) | undefined };

/**
 * Runs work with the world that the options describe; `run`: the variables that stand for settings of a run count, too. A LabError that comes of
 * it has its exit code.
 */
export async function called<T>(options: Options, work: (call: Call) => Promise<T>, { stop = new AbortController(), run = false } = {}): Promise<T> {
  // A run on many machines listens for each of them.
  setMaxListeners(0, stop.signal);
  const { signal: asked } = options;
  const onAbort = (): void => stop.abort(asked?.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
  if (asked?.aborted === true) onAbort();
  else asked?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(await openCall(options, run, stop.signal));
  } catch (error) {
    throw error instanceof LabError && error.exitCode === undefined ? new LabError(error.problem, { cause: error, exitCode: exitCodeOf(error.problem.kind, 'before-creation') }) : error;
  } finally {
    asked?.removeEventListener('abort', onAbort);
  }
}

async function openCall(options: Options, run: boolean, signal: AbortSignal): Promise<Call> {
  const environment = options.environment ?? { ...process.env };
  const home = environment.HOME !== undefined && isAbsolute(environment.HOME) ? environment.HOME : homedir();
  const around = { environment, home, cwd: resolve(options.cwd ?? process.cwd()), loadClouds: options.loadClouds ?? loadClouds };
  const settings = await settingsAround(around, options.configFile ?? null, [...(run ? (['environment'] as const) : []), 'labtui.yaml', 'config']);
  const context: LabContext = {
    ...around,
    version: LABTUI_VERSION,
    settings: {
      sessionsDir: options.sessionsDir ?? settings.sessionsDir ?? null,
      config: options.configFile ?? null,
      terraformBin: options.terraformBin ?? settings.terraformBin ?? null,
    },
    err: (text) => options.onReadyOutput?.(text),
    signal,
  };
  return { context, settings };
}
