import type { EC2Client } from '@aws-sdk/client-ec2';
import { LabError } from '../../core/errors.ts';
import { classify } from './errors.ts';

/** What labtui needs of an EC2 client: a test gives its own. */
export type Ec2 = Pick<EC2Client, 'send'>;

/** The result of a call; failures of AWS, of credentials and of the network become LabErrors, anything else is a bug. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw labErrorOf(error) ?? error;
  }
}

/** All items of a listing that comes in pages. */
export async function allPages<Page extends { readonly NextToken?: string | undefined }, Item>(
  page: (token: string | undefined) => Promise<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const next = await asked(page(token));
    found.push(...(items(next) ?? []));
    // An empty token ends the listing, too.
    token = next.NextToken === '' ? undefined : next.NextToken;
  } while (token !== undefined);
  return found;
}

/** Whether AWS answered with that error code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof LabError && error.problem.code === code;
}

function labErrorOf(error: unknown): LabError | null {
  if (!(error instanceof Error)) return null;
  const texts = [`${error.name}: ${error.message}`, ...causes(error)];
  const known = classify(texts.join('\n'));
  if (known !== null) return new LabError({ ...known, detail: known.detail ?? error.message }, { cause: error });
  if (!('$fault' in error)) return null;
  const kind = error.name.endsWith('.NotFound') ? 'not-found' : 'conflict';
  return new LabError({ kind, code: error.name, summary: `AWS refused a call: ${error.message}` }, { cause: error });
}

/** A failed connection says why only in what it was caused by, or in the errors of each address tried. */
function causes(error: Error): readonly string[] {
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...code, ...inner.flatMap((cause: unknown) => (cause instanceof Error ? [cause.message, ...causes(cause)] : []))];
}
