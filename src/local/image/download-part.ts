import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../../platform/parse-json.ts';

const originSchema = z.object({ url: z.string(), validator: z.string().nullable(), totalBytes: z.number().nullable() });
export type Origin = z.output<typeof originSchema>;

/** What is here of a URL. */
export interface Part {
  readonly bytes: number;
  readonly validator: string | null;
}

/** What is here of this URL, as far as it can be gone on with. Without a validator the checksum has the last word. */
export async function knownPart(file: string, url: string): Promise<Part | null> {
  const bytes = await sizeOf(file);
  if (bytes === 0) return null;
  const origin = originSchema.safeParse(parseJson(await readFile(originFile(file), 'utf8').catch(() => '')));
  if (origin.success && origin.data.url === url && (origin.data.totalBytes ?? bytes) >= bytes) return { bytes, validator: origin.data.validator };
  await discardPart(file);
  return null;
}

/** Forgets what is here of a download. */
export async function discardPart(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(originFile(file), { force: true });
}

/** An empty file, and where it will come from. */
export async function beginPart(file: string, origin: Origin): Promise<void> {
  await writeFile(file, '', { mode: 0o600 });
  await writeFile(originFile(file), JSON.stringify(origin), { mode: 0o600 });
}

function originFile(file: string): string {
  return `${file}.json`;
}

export async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0);
}
