import { describe, expect, it } from 'vitest';
import { type Attributes, unknown } from '../../../src/plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../../src/rehearsal/provider/behaviour.ts';
import { complete } from '../../../src/plugin/plan/complete.ts';
import { inconsistencies } from '../../../src/plugin/plan/consistency.ts';
import { planChange } from '../../../src/plugin/plan/plan-change.ts';
import { type PlanRules, plannedState } from '../../../src/plugin/plan/planned-state.ts';
import { replacingPaths } from '../../../src/plugin/plan/replacement.ts';
import { parseProviderSchema } from '../../../src/plugin/schema/block-schema.ts';
import imaginary from './imaginary/schema.json' with { type: 'json' };

const schema = parseProviderSchema(imaginary).resources.imaginary_box!;
const { block } = schema;
const whole = (attributes: Attributes): Attributes => complete(block, attributes);
const rules: PlanRules = { defaults: { size: 3, 'port.protocol': 'tcp' }, computedBlocks: ['engine'] };
const plan = (config: Attributes, prior: Attributes | null): Attributes => plannedState(block, whole(config), prior === null ? null : whole(prior), rules);
const noContext = {} as ProviderContext;

/** What the plan says of the names that the row names. */
const parts = (planned: Attributes, like: Attributes): Attributes => Object.fromEntries(Object.keys(like).map((name) => [name, planned[name] ?? null]));

describe('what is planned by the schema', () => {
  const rows: readonly (readonly [string, Attributes, Attributes | null, Attributes])[] = [
    ['what is computed is unknown at first', { name: 'a' }, null, { id: unknown, address: unknown, rules: unknown, colour: unknown, weight: null }],
    ['a default fills in', { name: 'a' }, null, { size: 3 }],
    ['and gives way', { name: 'a', size: 5 }, null, { size: 5 }],
    ['also later', { name: 'a' }, { name: 'a', size: 9 }, { size: 3 }],
    ['what the configuration sets stands', { colour: 'red', rules: [] }, null, { colour: 'red', rules: [] }],
    ['and so does what it cannot know yet', { name: unknown, labels: { a: unknown } }, { name: 'a', labels: {} }, { name: unknown, labels: { a: unknown } }],
    ['what is computed stays', { name: 'b' }, { id: 'box-1', name: 'a', colour: 'red', address: null }, { id: 'box-1', name: 'b', colour: 'red', address: null }],
    ['what is optional goes with its line', { name: 'a' }, { name: 'a', weight: 4, labels: { a: 'b' } }, { weight: null, labels: null }],
    ['but nothing and empty are the same to the SDK', { name: 'a' }, { name: 'a', weight: 0, labels: {}, secret: '' }, { weight: 0, labels: {}, secret: '' }],
    ['also inside', { rules: [{ port: 1, note: null }] }, { rules: [{ port: 1, note: '' }] }, { rules: [{ port: 1, note: '' }] }],
    ['what is written only once is not planned', { once: 'x' }, null, { once: null }],
    ['no blocks are none, not nothing', { name: 'a' }, null, { disk: [], port: [], drawer: {}, lid: null, timeouts: null, stand: { legs: unknown } }],
    ['a block that the cloud fills in is unknown at first', { name: 'a' }, null, { engine: unknown }],
    ['and stays', { name: 'a' }, { engine: [{ power: 5 }] }, { engine: [{ power: 5 }] }],
    ['and is the configuration\'s where it has one', { engine: [{ power: null }] }, { engine: [{ power: 5 }] }, { engine: [{ power: 5 }] }],
    ['list blocks go on by index, new ones are new', { disk: [{ image: 'a', gb: null }, { image: 'b', gb: 1 }] }, { disk: [{ image: 'z', gb: 7, serial: 's' }] },
      { disk: [{ image: 'a', gb: null, serial: 's' }, { image: 'b', gb: 1, serial: unknown }] }],
    ['map blocks go on by key', { drawer: { a: { content: 'x' }, b: {} } }, { drawer: { a: { content: 'y', key: 'k' }, c: { key: 'l' } } },
      { drawer: { a: { content: 'x', key: 'k' }, b: { content: null, key: unknown } } }],
    ['set blocks go on where they agree, in any order', { port: [{ number: 2 }, { number: 3 }, { number: 1, peer: [{ name: 'p' }] }] },
      { port: [{ number: 1, protocol: 'tcp', handle: 'h1', peer: [{ name: 'p' }] }, { number: 2, protocol: 'udp', handle: 'h2', peer: [] }, { number: 3, protocol: 'tcp', handle: 'h3', peer: [] }] },
      { port: [{ number: 2, protocol: 'tcp', handle: unknown, peer: [] }, { number: 3, protocol: 'tcp', handle: 'h3', peer: [] }, { number: 1, protocol: 'tcp', handle: 'h1', peer: [{ name: 'p' }] }] }],
    ['two equal prior elements go to one each', { port: [{ number: 1 }, { number: 1 }] }, { port: [{ number: 1, protocol: 'tcp', handle: 'h', peer: [] }] },
      { port: [{ number: 1, protocol: 'tcp', handle: 'h', peer: [] }, { number: 1, protocol: 'tcp', handle: unknown, peer: [] }] }],
    ['blocks that are not known yet are not', { disk: unknown, port: [unknown] }, null, { disk: unknown, port: [unknown] }],
    ['a group is always there', {}, { stand: { legs: 4 } }, { stand: { legs: 4 } }],
    ['a single block comes and goes', {}, { lid: { material: 'wood' } }, { lid: null }],
    ['nested attributes follow the same rules', { owner: { name: 'me' }, shelves: { a: { height: 1 }, b: { height: 2 } } }, { owner: { name: 'you', number: 7 }, shelves: { a: { height: 3, label: 'l' } } },
      { owner: { name: 'me', number: 7 }, shelves: { a: { height: 1, label: 'l' }, b: { height: 2, label: unknown } } }],
    ['and are null where they are not set', { name: 'a' }, { owner: { name: 'you', number: 7 } }, { owner: null }],
  ];
  it.each(rows)('%s', (_, config, prior, expected) => {
    expect(parts(plan(config, prior), expected)).toEqual(expected);
  });

  it('is the state itself where nothing changed', () => {
    const state = whole({ id: 'box-1', name: 'a', size: 3, address: 'x', colour: 'c', disk: [{ image: 'i', gb: null, serial: 's' }], port: [{ number: 1, protocol: 'tcp', handle: 'h', peer: [] }], stand: { legs: 4 }, engine: [{ power: 1 }] });
    expect(plan({ name: 'a', disk: [{ image: 'i' }], port: [{ number: 1 }] }, state)).toEqual(state);
  });
});

describe('what forces replacement', () => {
  const dotted = ['name', 'disk.image', 'lid.material', 'port.number', 'port.peer.name', 'drawer.content', 'rules'];
  const rows: readonly (readonly [string, Attributes, Attributes, readonly (readonly (string | number)[])[]])[] = [
    ['nothing, when nothing changed', { name: 'a', disk: [{ image: 'i' }] }, { name: 'a', disk: [{ image: 'i' }] }, []],
    ['an attribute', { name: 'a' }, { name: 'b' }, [['name']]],
    ['what is not known any more', { name: 'a' }, { name: unknown }, [['name']]],
    ['not what does not force it', { size: 1 }, { size: 2 }, []],
    ['a member of one list block', { disk: [{ image: 'a' }, { image: 'b' }] }, { disk: [{ image: 'a' }, { image: 'c' }] }, [['disk', 1, 'image']]],
    ['a new list block', { disk: [{ image: 'a' }] }, { disk: [{ image: 'a' }, { image: 'c' }] }, [['disk', 1, 'image']]],
    ['a single block that goes', { lid: { material: 'wood' } }, { lid: null }, [['lid', 'material']]],
    ['not a single block without it', { lid: { material: null } }, { lid: null }, []],
    ['the whole set', { port: [{ number: 1 }, { number: 2 }] }, { port: [{ number: 2 }, { number: 3 }] }, [['port']]],
    ['not its order, nor its other members', { port: [{ number: 1, protocol: 'tcp' }, { number: 2 }] }, { port: [{ number: 2 }, { number: 1, protocol: 'udp' }] }, []],
    ['deep in a set', { port: [{ number: 1, peer: [{ name: 'a' }] }] }, { port: [{ number: 1, peer: [{ name: 'b' }] }] }, [['port']]],
    ['the whole map', { drawer: { a: { content: 'x' } } }, { drawer: { a: { content: 'y' } } }, [['drawer']]],
    ['not the order of a set attribute', { rules: [{ port: 1, note: 'a' }, { port: 2, note: 'b' }] }, { rules: [{ port: 2, note: 'b' }, { port: 1, note: 'a' }] }, []],
    ['not empty for nothing', { rules: [] }, { rules: null }, []],
  ];
  it.each(rows)('%s', (_, prior, planned, expected) => {
    expect(replacingPaths(block.type, whole(prior), whole(planned), dotted)).toEqual(expected);
  });

  const still: ResourceBehaviour = {
    type: 'imaginary_box',
    create: (planned) => Promise.resolve(planned),
    read: (prior) => Promise.resolve(prior),
    delete: () => Promise.resolve(),
  };

  it('everything but timeouts, for a resource without an update', () => {
    const prior = whole({ id: 'i', name: 'a', size: 1, stand: { legs: 4 } });
    const replaced = (config: Attributes): unknown => planChange(schema, still, { config: whole(config), prior }, noContext).requiresReplace;
    expect(replaced({ name: 'a', size: 2, timeouts: { create: '5m' } })).toEqual([['size']]);
    expect(replaced({ name: 'a', size: 1, timeouts: { create: '5m' } })).toEqual([]);
  });

  it('is asked after the behaviour had its last word', () => {
    const behaviour: ResourceBehaviour = { ...still, update: (_, planned) => Promise.resolve(planned), plan: ({ prior, planned }) => ({ ...planned, name: prior?.name ?? 'new' }), replacedBy: ['size'] };
    const prior = whole({ id: 'i', name: 'a', size: 1 });
    const { planned, requiresReplace } = planChange(schema, behaviour, { config: whole({ name: 'A', size: 2 }), prior }, noContext);
    expect({ name: planned.name, requiresReplace }).toEqual({ name: 'a', requiresReplace: [['size']] });
    expect(planChange(schema, behaviour, { config: whole({ name: 'A' }), prior: null }, noContext).requiresReplace).toEqual([]);
  });

  it('a plan with a name that the schema does not have is a bug', () => {
    const wrong: ResourceBehaviour = { ...still, plan: ({ planned }) => ({ ...planned, colour_: 'x' }) };
    expect(() => planChange(schema, wrong, { config: whole({ name: 'a' }), prior: null }, noContext)).toThrow('the schema has no attribute of this name');
  });
});

describe('what an apply made of a plan', () => {
  it('may be anything where the plan did not know, and is the plan elsewhere', () => {
    const planned = whole({ id: unknown, name: 'a', weight: null, zones: ['a', 'b'], port: [{ number: 1, handle: unknown, protocol: 'tcp', peer: [] }, { number: 2, handle: unknown, protocol: 'tcp', peer: [] }], engine: unknown });
    const made = { id: 'box-1', name: 'a', weight: 0, zones: ['b', 'a'], port: [{ number: 2, handle: 'y', protocol: 'tcp', peer: [] }, { number: 1, handle: 'x', protocol: 'tcp', peer: [] }], engine: [{ power: 1 }] };
    expect(inconsistencies(block.type, planned, whole(made))).toEqual([]);
    const wrong = whole({ ...made, name: 'A', engine: [{ power: unknown }], port: [] });
    expect(inconsistencies(block.type, planned, wrong).map(({ path, problem }) => `${path.join('.')}: ${problem}`)).toEqual([
      'name: planned was "a", now it is "A"',
      expect.stringMatching(/^port: planned was \[.*"\(unknown\)".*\], now it is \[\]$/),
      'engine.0.power: it is still unknown after the apply',
    ]);
  });
});
