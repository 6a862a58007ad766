import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Attributes, ProviderError, unknown, type Value } from '../../../../src/plugin/behaviour.ts';
import type { ProviderBehaviour, ResourceBehaviour } from '../../../../src/rehearsal/provider/behaviour.ts';
import { complete } from '../../../../src/plugin/plan/complete.ts';
import { parseProviderSchema } from '../../../../src/plugin/schema/block-schema.ts';
import { isList, isMap } from '../../../../src/plugin/value/value-kinds.ts';
import schemaFile from './schema.json' with { type: 'json' };

/** A cloud in a file: boxes and notes by id. The file also says how the next operations fail. */
export interface ImaginaryCloud {
  readonly made: number;
  readonly things: Readonly<Record<string, Attributes>>;
  readonly failure?: 'partial' | 'update' | 'delete' | 'throw' | 'inconsistent' | 'slow' | 'provider-crash' | 'half-written-state';
}

const schema = parseProviderSchema(schemaFile);

/** Every attribute that is still unknown gets a value that says where it is. */
function invent(value: Value, what: string): Value {
  if (value === unknown) return what;
  if (isList(value)) return value.map((item, at) => invent(item, `${what}-${at}`));
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, invent(item, `${what}-${name}`)])) : value;
}

export function imaginaryProvider(cloudFile: string): ProviderBehaviour {
  const cloud = (): ImaginaryCloud => JSON.parse(readFileSync(cloudFile, 'utf8')) as ImaginaryCloud;
  const save = (next: ImaginaryCloud): void => writeFileSync(cloudFile, JSON.stringify(next));
  const keep = (id: string, thing: Attributes): Attributes => {
    const { made, things, ...rest } = cloud();
    save({ ...rest, made, things: { ...things, [id]: thing } });
    return thing;
  };
  const drop = (id: string): void => {
    const { things, ...rest } = cloud();
    save({ ...rest, things: Object.fromEntries(Object.entries(things).filter(([key]) => key !== id)) });
  };
  const nextId = (kind: string): string => {
    const now = cloud();
    save({ ...now, made: now.made + 1 });
    return `${kind}-${now.made + 1}`;
  };
  const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value : '');

  const numbers = (planned: Attributes): Attributes => ({
    ...(isMap(planned.owner) && planned.owner.number === unknown ? { owner: { ...planned.owner, number: 7 } } : {}),
    ...(isMap(planned.stand) && planned.stand.legs === unknown ? { stand: { legs: 4 } } : {}),
    ...(planned.engine === unknown ? { engine: [{ power: 100 }] } : {}),
    ...(planned.rules === unknown ? { rules: [] } : {}),
    ...(planned.all_labels === unknown ? { all_labels: {} } : {}),
  });

  const box: ResourceBehaviour = {
    type: 'imaginary_box',
    defaults: { size: 3, 'port.protocol': 'tcp' },
    computedBlocks: ['engine'],
    plan: ({ planned, config }) => ({ ...planned, all_labels: isMap(config.labels) ? { ...config.labels, by: 'imaginary' } : { by: 'imaginary' } }),
    validate: (config) => (config.size === 13 ? [{ severity: 'error', summary: 'expected size not to be 13', path: ['size'] }] : []),
    async create(planned, context) {
      const { failure } = cloud();
      if (failure === 'slow') {
        const stopped = await wait(60_000, false, { signal: context.signal }).catch(() => true);
        if (stopped) throw new ProviderError({ severity: 'error', summary: 'context canceled' });
      }
      if (failure === 'throw') throw new TypeError('nobody expected this');
      if (failure === 'provider-crash' || failure === 'half-written-state') {
        await context.world.call({ cloud: 'aws', operation: failure, verb: 'create', subject: 'other', caller: context.caller }, () => null).catch(() => null);
      }
      const id = nextId('box');
      const made = invent({ ...planned, ...numbers(planned), id }, id);
      const whole = isMap(made) ? made : {};
      if (failure === 'partial') {
        keep(id, whole);
        throw new ProviderError({ severity: 'error', summary: 'the lid fell off', detail: 'Box is there without one.' }, { partial: { id } });
      }
      return keep(id, failure === 'inconsistent' ? { ...whole, size: 99 } : whole);
    },
    read: (prior) => Promise.resolve(cloud().things[textOf(prior.id)] ?? null),
    update(prior, planned) {
      if (cloud().failure === 'update') return Promise.reject(new ProviderError({ severity: 'error', summary: 'the box is locked' }));
      const made = invent({ ...planned, ...numbers(planned) }, textOf(prior.id));
      return Promise.resolve(keep(textOf(prior.id), isMap(made) ? made : {}));
    },
    delete(prior) {
      if (cloud().failure === 'delete') return Promise.reject(new ProviderError({ severity: 'error', summary: 'the box is glued to the floor' }));
      drop(textOf(prior.id));
      return Promise.resolve();
    },
    import: (id) => Promise.resolve(complete(schema.resources.imaginary_box!.block, { id })),
  };

  // Without an update: any change replaces it.
  const note: ResourceBehaviour = {
    type: 'imaginary_note',
    create(planned) {
      const id = nextId('note');
      return Promise.resolve(keep(id, { ...planned, id }));
    },
    read: (prior) => Promise.resolve(cloud().things[textOf(prior.id)] ?? null),
    delete(prior) {
      drop(textOf(prior.id));
      return Promise.resolve();
    },
  };

  return {
    name: 'imaginary',
    cloud: 'aws',
    resources: [box, note],
    configure: ({ config }) =>
      config.token === 'wrong' ? Promise.reject(new ProviderError({ severity: 'error', summary: 'the token is wrong', path: ['token'] })) : Promise.resolve(),
  };
}
