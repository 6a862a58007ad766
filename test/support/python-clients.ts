import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface PythonClients {
  /** The interpreter that has them. */
  readonly python: string;
  /** Why there are none; null: they are there. */
  readonly missing: string | null;
  remove(): void;
}

/** Python packages, newest versions, in an environment of their own for one test file; or why they cannot be had here. */
export async function pythonClients(packages: readonly string[]): Promise<PythonClients> {
  const home = mkdtempSync(join(tmpdir(), 'labtui-python-'));
  const python = join(home, 'venv/bin/python');
  const remove = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  const steps: readonly (readonly [missing: string, command: string, ...args: string[]])[] = [
    ['no python3 that makes environments', 'python3', '-m', 'venv', join(home, 'venv')],
    [`${packages.join(', ')} cannot be installed`, python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', ...packages],
  ];
  for (const [missing, command, ...args] of steps) {
    const { failed, stderr } = await execa(command, args, { reject: false, stdin: 'ignore', timeout: 300_000 });
    if (!failed) continue;
    remove();
    return { python, missing: `${missing}: ${stderr.trim().split('\n').at(-1) ?? ''}`, remove: () => undefined };
  }
  return { python, missing: null, remove };
}
