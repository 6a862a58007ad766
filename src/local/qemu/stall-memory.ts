import { readFile, rm } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { thisComputer } from '../../platform/computer-identity.ts';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';

const recordSchema = z.object({ v: z.literal(1), host: z.string(), since: z.iso.datetime(), reason: z.string() });

/** After that it is tried again: hosts are mended. */
const rememberedMs = 30 * 24 * 3_600_000;

/** What a host's KVM depends on: the computer, its kernel, QEMU. Another one of these is tried anew. */
export function hostOf(qemuVersion: string): string {
  const { machine } = thisComputer();
  return `${machine ?? 'unknown'} ${release()} qemu ${qemuVersion}`;
}

const fileIn = (cacheDirectory: string): string => join(cacheDirectory, 'local', 'kvm-stalled.json');

/** Why guests are not run on this host's KVM, for people; null where nothing is known, or not any more. */
export async function rememberedStall(cacheDirectory: string, host: string, now = Date.now()): Promise<string | null> {
  const text = await readFile(fileIn(cacheDirectory), 'utf8').catch(() => null);
  const record = text === null ? null : recordSchema.safeParse(parsed(text));
  if (record?.success !== true || record.data.host !== host || now - Date.parse(record.data.since) > rememberedMs) return null;
  return `guests do not run on this host's KVM: ${record.data.reason} (${record.data.since.slice(0, 10)}; try it again: rm ${fileIn(cacheDirectory)})`;
}

/** Keeps that a guest stood still, for every session of this user on this host. */
export async function rememberStall(cacheDirectory: string, host: string, reason: string, now = Date.now()): Promise<void> {
  const file = fileIn(cacheDirectory);
  await ensurePrivateDirectory(dirname(file));
  await durableWrite(file, `${JSON.stringify({ v: 1, host, since: new Date(now).toISOString(), reason })}\n`);
}

export async function forgetStall(cacheDirectory: string): Promise<void> {
  await rm(fileIn(cacheDirectory), { force: true });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
