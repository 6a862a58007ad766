import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { ConfiguredResource } from '../core/terraform.ts';
import { LabError } from '../core/errors.ts';

const configurationSchema = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.looseObject({}))).optional(),
});

/** The resources that a stack's cdk.tf.json configures. Rejects with kind state where it is no such file. */
export async function readConfiguration(directory: string): Promise<readonly ConfiguredResource[]> {
  const file = path.join(directory, 'cdk.tf.json');
  try {
    const { resource = {} } = configurationSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, attributes]) => ({ address: `${type}.${name}`, type, name: nameOf(attributes) })),
    );
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new LabError({ kind: 'state', summary: `${file} is not a stack's configuration any more`, hint: 'put it back from a copy' }, { cause: error });
    }
    throw error;
  }
}

/** The Name tag where the cloud has tags by name, else the resource's own name; null where neither is a plain text. */
function nameOf({ tags, name }: Readonly<Record<string, unknown>>): string | null {
  const tagged = typeof tags === 'object' && tags !== null && 'Name' in tags ? tags.Name : name;
  return typeof tagged === 'string' && !tagged.includes('${') ? tagged : null;
}
