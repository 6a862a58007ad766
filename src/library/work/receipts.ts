import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { parseJson } from '../../platform/parse-json.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import type { LabContext } from '../context.ts';
import { sweepReceiptsDirectory } from '../ledger.ts';
import type { KeptReceipt } from '../look-options.ts';
import { openSessions, sessionsRoot } from '../sessions.ts';

const ways = z.array(z.enum(['state', 'listing']));
const left = z.array(
  z.object({
    type: z.string(),
    id: z.string(),
    name: z.string().nullable(),
    region: z.string().nullable(),
    seenBy: z.enum(['state', 'listing']),
  }),
);
const place = z.object({ cloud: z.string(), account: z.string().nullable(), region: z.string().nullable(), tagQuery: z.string(), listedAt: z.string().nullable() });
const receiptSchema = z.looseObject({
  time: z.string(),
  found: z.number(),
  deleted: z.number(),
  left,
  byType: z.record(z.string(), z.object({ found: z.number(), deleted: z.number(), left: z.number() })),
  verifiedBy: ways,
  durationMs: z.number(),
  stacks: z.record(z.string(), z.looseObject({ found: z.number(), deleted: z.number(), left, verifiedBy: ways, place: place.optional() })).optional(),
});

/** What the last teardown of a session proved. Rejects with not-found, and with kind state where the file is none. */
export async function receiptOf(context: LabContext, reference: string): Promise<KeptReceipt> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const file = store.paths(id).receipt;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new LabError({ kind: 'not-found', summary: `${id} has no receipt: it was not destroyed yet`, hint: `labtui destroy ${id}` });
  return read(file, text, `labtui destroy ${id}   writes a new one`);
}

/** What the last sweep proved. */
export async function sweepReceiptOf(context: LabContext, rehearsed: boolean): Promise<KeptReceipt> {
  const directory = sweepReceiptsDirectory(context, rehearsed ? worldDirectory(sessionsRoot(context)) : null);
  const name = (await readdir(directory).catch(() => [])).filter((entry) => /^sweep-.*\.json$/.test(entry)).sort().at(-1);
  if (name === undefined) throw new LabError({ kind: 'not-found', summary: `there is no receipt of a sweep in ${directory}`, hint: `labtui cleanup --sweep${rehearsed ? ' --rehearse' : ''}` });
  const file = join(directory, name);
  return read(file, await readFile(file, 'utf8'), 'labtui cleanup --sweep   writes a new one');
}

function read(file: string, text: string, hint: string): KeptReceipt {
  const parsed = receiptSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new LabError({ kind: 'state', summary: `${file} is not a receipt`, hint });
  return parsed.data;
}
