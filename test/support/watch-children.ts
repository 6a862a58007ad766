import { readdirSync, readFileSync } from 'node:fs';

export interface ChildSeen {
  readonly pid: number;
  readonly argv: string;
  readonly environment: string;
}

/** Looks again and again at all descendants of a process, until it is told to stop: what each was started with. From /proc. */
export function watchChildren(pid: number, everyMs = 15): { stop(): readonly ChildSeen[] } {
  const seen = new Map<string, ChildSeen>();
  const own = readProc(pid, 'cmdline');
  const look = (): void => {
    for (const child of descendants(pid)) {
      const [argv, environment] = [readProc(child, 'cmdline'), readProc(child, 'environ')];
      // Between fork and exec a child is still its parent's image.
      if (argv !== '' && argv !== own) seen.set(`${child} ${argv}`, { pid: child, argv: argv.replaceAll('\0', ' '), environment });
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen.values()];
    },
  };
}

function descendants(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readProc(Number(entry), 'stat');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found: number[] = [];
  for (const next = [root]; next.length > 0; ) {
    for (const child of children.get(next.pop() ?? 0) ?? []) {
      found.push(child);
      next.push(child);
    }
  }
  return found;
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
