import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Running {
  readonly pid: number;
  readonly parent: number;
}

/** Terraform processes that work below a directory, and the providers that they have started. */
export function terraformsBelow(directory: string): { readonly terraforms: readonly number[]; readonly providers: readonly number[] } {
  const running = processes();
  const terraforms = running.map(({ pid }) => pid).filter((pid) => isTerraformIn(pid, directory));
  const below = new Set(terraforms);
  // A provider's package is a script that becomes Node, perhaps by way of a child.
  for (let before = 0; before !== below.size; ) {
    before = below.size;
    for (const { pid, parent } of running) if (below.has(parent)) below.add(pid);
  }
  return { terraforms, providers: [...below].filter((pid) => !terraforms.includes(pid)) };
}

export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

function processes(): readonly Running[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const [, parent] = readFileSync(`/proc/${entry}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
        return [{ pid: Number(entry), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
}

function isTerraformIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory) && readlinkSync(`/proc/${pid}/exe`).endsWith('terraform');
  } catch {
    return false;
  }
}
