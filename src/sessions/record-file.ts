import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import type { SessionRecord } from '../core/session.ts';
import { durableWrite } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';
import { recordSchema } from './record-schema.ts';

export const recordName = 'session.json';

const headSchema = z.object({ v: z.number(), versions: z.object({ labtui: z.string() }).optional().catch(undefined) });

/** session.json of a session's directory. Rejects with kind state where it is missing, damaged or made by a newer labtui. */
export async function readRecord(directory: string, id: string): Promise<SessionRecord> {
  const file = join(directory, recordName);
  const content = parseJson(await readText(file), file, directory);
  const head = headSchema.safeParse(content);
  const writer = head.data?.versions?.labtui;
  if (head.success && head.data.v > 1) {
    throw new LabError({
      kind: 'state',
      summary: `${id} was made by a newer labtui${writer === undefined ? '' : ` (${writer})`}: ${file} has version ${head.data.v}, this labtui reads 1`,
      hint: 'update labtui, then run the command again',
    });
  }
  const record = recordSchema.safeParse(content);
  if (!record.success) throw damaged(file, directory, complaintsOf(record.error), writer);
  if (record.data.id !== id) {
    throw damaged(file, directory, `it belongs to session ${record.data.id}; was the directory copied or renamed?`, writer);
  }
  return record.data;
}

/** Writes session.json, readable for people, whole or not at all. */
export async function writeRecord(directory: string, record: SessionRecord): Promise<void> {
  const file = join(directory, recordName);
  try {
    await durableWrite(file, `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    throw diskProblem(error, file);
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw unreadable(file, error);
  }
}

function parseJson(text: string | null, file: string, directory: string): unknown {
  if (text === null) throw damaged(file, directory, 'it is missing');
  if (text.trim() === '') throw damaged(file, directory, 'it is empty');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(file, directory, error instanceof Error ? error.message : 'it is no JSON');
  }
}

function unreadable(file: string, cause: unknown): LabError {
  const code = errnoOf(cause) ?? undefined;
  return new LabError(
    { kind: 'state', code, summary: `cannot read ${file} (${code ?? 'unknown reason'})`, hint: `look at its owner and mode: ls -l ${file}` },
    { cause },
  );
}

function damaged(file: string, directory: string, what: string, writer?: string): LabError {
  return new LabError({
    kind: 'state',
    summary: `${file} cannot be used: ${what}`,
    detail: writer === undefined ? undefined : `it was last written by labtui ${writer}`,
    hint:
      `correct it or put a copy back, then run the command again. Without it everything can still be removed by hand: in each directory of ` +
      `${join(directory, 'stacks')}, run: terraform init && terraform destroy`,
  });
}

function complaintsOf(error: z.ZodError): string {
  const most = 3;
  const complaints = error.issues.slice(0, most).map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`);
  const more = error.issues.length - complaints.length;
  return `${complaints.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
