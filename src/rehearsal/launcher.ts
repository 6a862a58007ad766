import { readFile } from 'node:fs/promises';
import { durableWrite } from '../platform/durable-write.ts';
import { launcherFile } from './place.ts';

export interface Launcher {
  readonly world: string;
  /** This Node. */
  readonly node: string;
  /** The entry point of the simulated providers and guests. */
  readonly script: string;
}

/**
 * Writes the world's `launch`, a few lines of shell. Everything else of the world refers to it, so that labtui may move or be
 * updated without a change of what Terraform's lock files know.
 */
export async function writeLauncher({ world, node, script }: Launcher): Promise<void> {
  const text = [
    '#!/bin/sh',
    '# Starts a simulated provider or guest of this world. Written by labtui.',
    `exec ${quoted(node)} ${quoted(script)} "$@" --world ${quoted(world)}`,
    '',
  ].join('\n');
  const file = launcherFile(world);
  const current = await readFile(file, 'utf8').catch(() => null);
  if (current !== text) await durableWrite(file, text, 0o700);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
