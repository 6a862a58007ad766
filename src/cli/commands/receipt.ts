import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';
import { openSessions } from '../sessions.ts';
import { renderLeft, renderParts, renderReceipt } from '../text/receipt.ts';

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
const receiptSchema = z.looseObject({
  time: z.string(),
  found: z.number(),
  deleted: z.number(),
  left,
  byType: z.record(z.string(), z.object({ found: z.number(), deleted: z.number(), left: z.number() })),
  verifiedBy: ways,
  durationMs: z.number(),
  stacks: z.record(z.string(), z.looseObject({ found: z.number(), deleted: z.number(), left, verifiedBy: ways })).optional(),
});

/** `labtui receipt S`: what the last teardown proved. */
export async function receipt(context: CliContext, reference: string): Promise<number> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const file = store.paths(id).receipt;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    throw new LabError({ kind: 'not-found', summary: `${id} has no receipt: it was not destroyed yet`, hint: `labtui destroy ${id}` });
  }
  const parsed = receiptSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new LabError({ kind: 'state', summary: `${file} is not a receipt`, hint: `labtui destroy ${id}   writes a new one` });
  if (context.settings.json) {
    context.out(`${JSON.stringify(parsed.data, null, 2)}\n`);
    return 0;
  }
  const rows = Object.entries(parsed.data.byType).map(([type, { found, deleted, left }]) => `  ${type.padEnd(40)} ${found} found, ${deleted} deleted, ${left} left`);
  const parts = [`${id}   ${parsed.data.time}`, renderReceipt(parsed.data), renderParts(parsed.data), ...rows, renderLeft(parsed.data)];
  context.out(`${parts.filter((part) => part !== '').join('\n')}\n`);
  return 0;
}
