import * as z from 'zod';

export const record = z.record(z.string(), z.unknown());

const stackText = z.object({
  terraform: record,
  provider: z.record(z.string(), z.tuple([record])),
  resource: z.record(z.string(), z.record(z.string(), record)),
});

export interface StackText extends z.output<typeof stackText> {
  readonly text: string;
  /** The one block of the stack's only provider. */
  readonly providerBlock: Readonly<Record<string, unknown>>;
}

/** A stack's JSON taken apart, as Terraform reads it. */
export function readStack(text: string): StackText {
  const read = stackText.parse(JSON.parse(text));
  const [block, ...others] = Object.values(read.provider);
  if (block === undefined || others.length > 0) throw new Error('a stack has one provider');
  return { text, ...read, providerBlock: block[0] };
}
