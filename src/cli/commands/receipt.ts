import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { sweepReceiptsDirectory } from '../../library/ledger.ts';
import { openSessions, sessionsRoot } from '../../library/sessions.ts';
import { renderLeft, renderParts, renderPlaces, renderReceipt } from '../text/receipt.ts';

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

export interface ReceiptOptions {
  readonly sweep?: boolean;
  readonly rehearse?: boolean;
}

/** `labtui receipt S | --sweep`: what the last teardown of a session, or the last sweep, proved. */
export async function receipt(context: CliContext, reference: string | undefined, options: ReceiptOptions): Promise<number> {
  if ((reference === undefined) === (options.sweep !== true)) throw new UsageError('whose receipt?', 'labtui receipt SESSION   or   labtui receipt --sweep');
  if (reference === undefined) return sweepReceipt(context, options);
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const file = store.paths(id).receipt;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    throw new LabError({ kind: 'not-found', summary: `${id} has no receipt: it was not destroyed yet`, hint: `labtui destroy ${id}` });
  }
  return print(context, { title: id, file, text, again: `labtui destroy ${id}   writes a new one` });
}

async function sweepReceipt(context: CliContext, { rehearse }: ReceiptOptions): Promise<number> {
  const directory = sweepReceiptsDirectory(context, rehearse === true ? worldDirectory(sessionsRoot(context)) : null);
  const name = (await readdir(directory).catch(() => [])).filter((entry) => /^sweep-.*\.json$/.test(entry)).sort().at(-1);
  if (name === undefined) throw new LabError({ kind: 'not-found', summary: `there is no receipt of a sweep in ${directory}`, hint: `labtui cleanup --sweep${rehearse === true ? ' --rehearse' : ''}` });
  const file = join(directory, name);
  return print(context, { title: 'sweep', file, text: await readFile(file, 'utf8'), again: 'labtui cleanup --sweep   writes a new one' });
}

interface Written {
  readonly title: string;
  readonly file: string;
  readonly text: string;
  readonly again: string;
}

function print(context: CliContext, { title, file, text, again }: Written): number {
  const parsed = receiptSchema.safeParse(contentOf(text));
  if (!parsed.success) throw new LabError({ kind: 'state', summary: `${file} is not a receipt`, hint: again });
  if (context.settings.json) {
    context.out(`${JSON.stringify(parsed.data, null, 2)}\n`);
    return 0;
  }
  const rows = Object.entries(parsed.data.byType).map(([type, { found, deleted, left }]) => `  ${type.padEnd(40)} ${found} found, ${deleted} deleted, ${left} left`);
  const parts = [`${title}   ${parsed.data.time}`, renderReceipt(parsed.data), title === 'sweep' ? '' : renderParts(parsed.data), ...rows, renderLeft(parsed.data), renderPlaces(parsed.data)];
  context.out(`${parts.filter((part) => part !== '').join('\n')}\n`);
  return 0;
}

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
