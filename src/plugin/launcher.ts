import { readFile } from 'node:fs/promises';
import { durableWrite } from '../platform/durable-write.ts';

export interface Launcher {
  readonly file: string;
  /** What it says about itself, in one line. */
  readonly about: string;
  /** This Node. */
  readonly node: string;
  readonly script: string;
  /** Given behind what it is called with. */
  readonly after: readonly string[];
}

/**
 * Writes a `launch`, a few lines of shell that start labtui's part of a provider. Everything else refers to it, so that labtui
 * may move or be updated without a change of what Terraform's lock files know.
 */
export async function writeLaunchFile({ file, about, node, script, after }: Launcher): Promise<void> {
  const text = ['#!/bin/sh', `# ${about} Written by labtui.`, `exec ${quoted(node)} ${quoted(script)} ${['"$@"', ...after.map(quoted)].join(' ')}`, ''].join('\n');
  const current = await readFile(file, 'utf8').catch(() => null);
  if (current !== text) await durableWrite(file, text, 0o700);
}

function quoted(text: string): string {
  return /^--[a-z-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
