import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { temporaryFolder } from './stack-folder.ts';

/** What `outside-program.ts` is asked to do. */
export type OutsideTask =
  | {
      readonly do: 'terraform';
      readonly command: 'apply' | 'destroy';
      readonly directory: string;
      readonly cacheDir: string;
      readonly terraformBin: string | null;
    }
  | { readonly do: 'hold-lock'; readonly file: string; readonly holdMs: number }
  | { readonly do: 'count-up'; readonly lock: string; readonly counter: string; readonly times: number };

export interface OutsideProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves once a line of its output holds the text. */
  readonly printed: (text: string) => Promise<void>;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Builds the program that stands for another labtui. Once per file of tests is enough. */
export async function buildOutsideProgram(): Promise<string> {
  const outfile = join(await temporaryFolder(), 'outside.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('outside-program.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return outfile;
}

/** Starts it in a process group of its own, as a shell does with a job. */
export function startOutside(program: string, task: OutsideTask): OutsideProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => (output += text));
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    printed: async (text) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended without printing ${text}:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}
