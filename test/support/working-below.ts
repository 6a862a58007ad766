import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process with what it was started with. */
export interface Working {
  readonly pid: number;
  readonly words: readonly string[];
}

/** Every process whose working directory is below that one, whoever its parent is by now: Terraform and what it has started. From /proc. */
export function workingBelow(directory: string): readonly Working[] {
  return readdirSync('/proc').flatMap((entry): readonly Working[] => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      if (!readlinkSync(`/proc/${entry}/cwd`).startsWith(`${directory}/`)) return [];
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').filter((word) => word !== '');
      // One that has ended and waits for its parent has no words.
      return words.length === 0 ? [] : [{ pid: Number(entry), words }];
    } catch {
      return [];
    }
  });
}
