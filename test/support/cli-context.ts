import type { CliContext } from '../../src/cli/context.ts';
import { createTheme } from '../../src/cli/theme.ts';
import type { Clouds } from '../../src/core/open-clouds.ts';

/** A command line in this process: what it prints is kept. */
export function cliContext(options: { readonly clouds: Clouds; readonly cwd: string; readonly json?: boolean }): CliContext & { readonly printed: () => string } {
  const { clouds, cwd, json = false } = options;
  let text = '';
  return {
    version: '0.0.0-test',
    environment: { PATH: process.env.PATH, HOME: cwd, XDG_CACHE_HOME: cwd },
    cwd,
    home: cwd,
    settings: { json, plain: true, quiet: false, sessionsDir: null, config: null, terraformBin: null },
    loadClouds: () => Promise.resolve(clouds),
    out: (part) => (text += part),
    err: () => undefined,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    interactive: false,
    columns: 200,
    theme: createTheme(false, {}),
    signal: new AbortController().signal,
    printed: () => text,
  };
}
