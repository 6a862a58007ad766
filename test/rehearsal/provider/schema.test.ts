import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { servedProviders as simulatedProviders } from '../../../src/rehearsal/clouds.ts';
import { parseProviderSchema } from '../../../src/plugin/schema/block-schema.ts';
import { loadSchema } from '../../../src/rehearsal/provider/load-schema.ts';
import { resourceMessage } from '../../../src/plugin/schema/schema-message.ts';
import { calls, type WireAttribute, type WireBlock } from '../../../src/plugin/wire/messages.ts';
import imaginary from './imaginary/schema.json' with { type: 'json' };

const folder = resolve(import.meta.dirname, '../../../src/rehearsal/schemas');

/** A block as Terraform gets it, in the form of the schema files again. */
function fileForm(block: Partial<WireBlock>): object {
  const attributes = formOf(block.attributes ?? []);
  const nestings = ['', 'single', 'list', 'set', 'map', 'group'];
  const blocks = Object.fromEntries(
    (block.blockTypes ?? []).map(({ typeName = '', nesting = 0, minItems, maxItems, block: inner }) => [
      typeName,
      { nesting: nestings[nesting], ...(minItems === 0 ? {} : { min: minItems }), ...(maxItems === 0 ? {} : { max: maxItems }), block: fileForm(inner ?? {}) },
    ]),
  );
  return { ...(Object.keys(attributes).length === 0 ? {} : { attributes }), ...(Object.keys(blocks).length === 0 ? {} : { blocks }), ...(block.deprecated === true ? { deprecated: true } : {}) };
}

function formOf(attributes: readonly Partial<WireAttribute>[]): object {
  const flags = { required: 'required', optional: 'optional', computed: 'computed', sensitive: 'sensitive', deprecated: 'deprecated', writeOnly: 'write_only' } as const;
  return Object.fromEntries(
    attributes.map((attribute) => {
      const { name = '', type, nestedType } = attribute;
      const what = nestedType == null ? { type: JSON.parse(Buffer.from(type ?? []).toString()) as unknown } : { nested: { nesting: ['', 'single', 'list', 'set', 'map'][nestedType.nesting ?? 0], attributes: formOf(nestedType.attributes ?? []) } };
      const set = Object.entries(flags).filter(([flag]) => attribute[flag as keyof typeof flags] === true).map(([, word]) => [word, true]);
      return [name, { ...what, ...(Object.fromEntries(set) as object) }];
    }),
  );
}

/** Empty `attributes` and `blocks` say nothing. */
function trimmed(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(trimmed);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).map(([name, value]): [string, unknown] => [name, trimmed(value)]);
  return Object.fromEntries(entries.filter(([name, value]) => !((name === 'attributes' || name === 'blocks') && Object.keys(value as object).length === 0)));
}

describe.each([['imaginary', imaginary as unknown], ...readdirSync(folder).map((file): [string, unknown] => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))])])(
  'the schema of %s',
  (_, json) => {
    it('reaches Terraform with every name, type, flag, nesting, count and version', () => {
      const { resources } = json as { readonly resources: Readonly<Record<string, { readonly version?: number; readonly attributes?: object; readonly blocks?: object }>> };
      const parsed = parseProviderSchema(json);
      const { response } = calls.GetProviderSchema;
      const resourceSchemas = Object.fromEntries(Object.entries(parsed.resources).map(([type, resource]) => [type, resourceMessage(resource)]));
      const received = response.decode(response.encode({ resourceSchemas })).resourceSchemas;
      expect(Object.keys(received).sort()).toEqual(Object.keys(resources).sort());
      for (const [type, { version = 0, attributes, blocks }] of Object.entries(resources)) {
        expect([type, fileForm(received[type]!.block ?? {})]).toEqual([type, trimmed({ ...(attributes && { attributes }), ...(blocks && { blocks }) })]);
        expect(received[type]!.version).toBe(version);
      }
    });
  },
);

it('there is a provider for each schema file, at its version', async () => {
  const files = readdirSync(folder).map((file) => ({ file, json: JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly source: string; readonly version: string } }));
  expect(simulatedProviders.map(({ name, version }) => ({ source: `hashicorp/${name}`, version, file: `${name}.json` }))).toEqual(files.map(({ file, json: { source, version } }) => ({ source, version, file })));
  for (const { name } of simulatedProviders) expect(Object.keys((await loadSchema(name)).resources).length).toBeGreaterThan(5);
  await expect(loadSchema('nobody')).rejects.toThrow('there is no schema file');
});

it('a file that is no schema is refused', () => {
  expect(() => parseProviderSchema([])).toThrow('not a schema file');
  expect(() => parseProviderSchema({ provider: { blocks: { a: { nesting: 'heap', block: {} } } }, resources: {} })).toThrow('not a nesting of blocks: heap');
});
