import { clouds } from '../../../src/clouds/registry.ts';
import type { CliContext } from '../../../src/cli/context.ts';
import { reportFailure } from '../../../src/cli/failure.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import type { Answer } from '../../../src/tui/port.ts';
import { cliContext } from '../../support/cli-context.ts';

/** labtui's command line in this process, with nothing of the caller's environment. */
export function programIn(cwd: string, start: (json: boolean) => CliContext, finish: (exitCode: number) => void = () => undefined) {
  return buildProgram({
    version: '0.0.0-test',
    start: (settings) => start(settings.json),
    finish,
    environment: {},
    cwd,
    home: cwd,
    loadClouds: () => Promise.resolve(clouds),
  });
}

/** What a query of the interface gets for these arguments: what the command prints today. */
export async function answerTo(args: readonly string[], options: { readonly cwd: string; readonly json: boolean }): Promise<Answer> {
  const context = cliContext({ clouds, cwd: options.cwd, json: options.json });
  let exitCode = 0;
  const program = programIn(options.cwd, () => context, (code) => (exitCode = code));
  try {
    await program.parseAsync([...(options.json ? ['--json'] : []), ...args], { from: 'user' });
  } catch (error) {
    exitCode = await reportFailure(error, context);
  }
  const text = context.printed();
  return { exitCode, documents: options.json && text.trim() !== '' ? [JSON.parse(text) as unknown] : [], stdout: options.json ? '' : text, stderr: '' };
}
