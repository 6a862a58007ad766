import * as z from 'zod';
import type { StateResource } from '../../src/core/cloud.ts';
import type { Caller } from '../../src/rehearsal/engine/call.ts';
import type { World } from '../../src/rehearsal/engine/world.ts';
import type { Attributes, Value } from '../../src/plugin/behaviour.ts';
import type { ProviderContext } from '../../src/rehearsal/provider/behaviour.ts';
import { complete } from '../../src/plugin/plan/complete.ts';
import { inconsistencies } from '../../src/plugin/plan/consistency.ts';
import { planChange } from '../../src/plugin/plan/plan-change.ts';
import type { BlockSchema } from '../../src/plugin/schema/block-schema.ts';
import { parseProviderSchema } from '../../src/plugin/schema/block-schema.ts';
import { readValue } from '../../src/plugin/value/read-value.ts';
import { withoutUnknown } from '../../src/plugin/value/value-kinds.ts';
import type { ServedProvider } from '../../src/rehearsal/simulated-cloud.ts';

const record = z.record(z.string(), z.unknown());
const stackJson = z.object({ provider: z.record(z.string(), z.array(record)), resource: z.record(z.string(), z.record(z.string(), record)) });

export interface InProcess {
  readonly provider: ServedProvider;
  readonly world: World;
  readonly caller: Caller;
}

/**
 * What an apply of a stack's JSON does, without Terraform: each resource after those that it refers to, planned and created by the
 * simulated provider. The state, in the order of creation. Rejects where a creation fails, or where a plan right after would change something.
 */
export async function applyInProcess(text: string, { provider, world, caller }: InProcess): Promise<readonly StateResource[]> {
  const [behaviour, schema] = [await provider.load(), parseProviderSchema(await provider.loadSchema())];
  const stack = stackJson.parse(JSON.parse(text));
  const config = configOf(schema.provider, Object.values(stack.provider)[0]?.[0] ?? {});
  const context: ProviderContext = { world, caller, config, signal: new AbortController().signal };
  await behaviour.configure?.(context);
  const waiting = new Map(Object.entries(stack.resource).flatMap(([type, named]) => Object.entries(named).map(([name, written]) => [`${type}.${name}`, { type, written }] as const)));
  const made = new Map<string, Attributes>();
  while (waiting.size > 0) {
    const next = [...waiting].find(([, { written }]) => referencesIn(written).every((address) => made.has(address)));
    if (next === undefined) throw new Error(`a circle, or a reference to nothing: ${[...waiting.keys()].join(', ')}`);
    const [address, { type, written }] = next;
    waiting.delete(address);
    const rules = behaviour.resources.find((each) => each.type === type);
    const resource = schema.resources[type];
    if (rules === undefined || resource === undefined) throw new Error(`the simulated provider ${provider.name} has no ${type}`);
    const given = configOf(resource.block, resolved(withoutMeta(written), made));
    const { planned } = planChange(resource, rules, { config: given, prior: null }, context);
    const state = complete(resource.block, { ...planned, ...(await rules.create(planned, context, given)) });
    const wrong = inconsistencies(resource.block.type, planned, state);
    if (wrong.length > 0) throw new Error(`${address}: ${wrong.map(({ path, problem }) => `${path.join('.')}: ${problem}`).join('; ')}`);
    made.set(address, state);
  }
  const states = await Promise.all(
    [...made].map(async ([address, state]) => {
      const [type = ''] = address.split('.');
      const read = await behaviour.resources.find((each) => each.type === type)?.read(state, context);
      return stateResource(address, type, read ?? state);
    }),
  );
  return states;
}

function stateResource(address: string, type: string, state: Attributes): StateResource {
  const text = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null);
  return { address, type, id: text(state.id), name: text(state.name), tainted: false, attributes: record.parse(withoutUnknown(state)) };
}

/** What of a resource Terraform itself reads. */
function withoutMeta({ depends_on: _after, lifecycle: _lifecycle, ...written }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return written;
}

function referencesIn(written: Readonly<Record<string, unknown>>): readonly string[] {
  const after = z.array(z.string()).default([]).parse(written.depends_on);
  return [...[...JSON.stringify(written).matchAll(/(?<!\$)\$\{([a-z0-9_]+\.[\w-]+)\.\w+\}/g)].map(([, address = '']) => address), ...after];
}

/** References filled in, and what was escaped as it was meant. */
function resolved(value: unknown, made: ReadonlyMap<string, Attributes>): Readonly<Record<string, unknown>> {
  const at = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(at);
    if (typeof inner === 'object' && inner !== null) return Object.fromEntries(Object.entries(inner).map(([key, item]) => [at(key), at(item)]));
    if (typeof inner !== 'string') return inner;
    const filled = inner.replace(/(?<!\$)\$\{([a-z0-9_]+\.[\w-]+)\.(\w+)\}/g, (_, address: string, name: string) => {
      const found = made.get(address)?.[name];
      if (typeof found !== 'string') throw new Error(`${address}.${name} is no text`);
      return found;
    });
    return filled.replaceAll('$${', '${').replaceAll('%%{', '%{');
  };
  return record.parse(at(value));
}

/** As Terraform hands it over: a block that is written alone is a list of one, and values have the type of their attribute. */
function configOf(block: BlockSchema, written: Readonly<Record<string, unknown>>): Attributes {
  const inner = (nested: BlockSchema, value: unknown): Attributes => configOf(nested, record.parse(value));
  return complete(
    block,
    Object.fromEntries(
      Object.entries(written).map(([name, value]): [string, Value] => {
        const nested = block.blocks[name];
        if (nested === undefined) {
          const attribute = block.attributes[name];
          if (attribute === undefined) throw new Error(`the schema has no ${name}`);
          return [name, readValue(attribute.type, value)];
        }
        const items = Array.isArray(value) ? value : [value];
        if (nested.nesting === 'single' || nested.nesting === 'group') return [name, inner(nested.block, value)];
        return [name, items.map((item) => inner(nested.block, item))];
      }),
    ),
  );
}
