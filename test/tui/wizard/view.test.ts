import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import { frameOf } from '../frame.tsx';
import { loggedIn, planned, WizardStory } from './wizard-story.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'labtui-wizard-view-'));
  writeFileSync(join(cwd, 'mine.yaml'), 'distro: rocky@9\ncloud: aws\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const sizes = [
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
  { columns: 160, rows: 50 },
];

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The way through the wizard, with a stop at everything there is to see. */
async function* travel(size: Size) {
  const story = new WizardStory(cwd, { unchanging: true, size, identities: { aws: loggedIn('aws', 'arn:aws:iam::123456789012:user/with-a-very-long-name-for-a-user (account 123456789012)'), gcp: loggedIn('gcp') } });
  const stop = (name: string) => ({ name, lines: frameOf(story.app) });
  yield stop('loading');
  await story.answer();
  yield stop('distro');
  story.press('/', '<fedora>');
  yield stop('search');
  story.press('<zzz>');
  yield stop('nothing found');
  story.press('escape', 'end');
  yield stop('last distro');
  story.press('p');
  yield stop('profiles');
  story.press('escape', '/', '<debian 13>', 'enter');
  yield stop('where');
  await story.answer();
  story.press('down');
  yield stop('missing credentials');
  story.press('up', 'R');
  await story.answer();
  yield stop('regions');
  story.press('down', 'enter', 'down', 'down', 'space', 'enter');
  await story.answer();
  yield stop('size');
  story.press('end', 'enter', 'end');
  yield stop('advanced');
  story.press('enter', '<wrong>');
  yield stop('typing');
  story.press('escape', 'home', 'down', 'enter');
  yield stop('planning');
  await story.answer();
  yield stop('review');
  story.press('v');
  await story.answer();
  yield stop('yaml');
  story.press('v', 'w');
  yield stop('save');
  story.press('escape', 'end');
  yield stop('review, last lines');
  story.press('u');
  await story.answer({ plan: planned('plan-refused.ndjson', 3) });
  yield stop('refused');
  story.press('ctrl-c');
  yield stop('leaving');
}

const journeys = new Map<string, Promise<readonly { readonly name: string; readonly lines: readonly string[] }[]>>();

/** Its stops; travelled once for each size. */
function journey(size: Size) {
  const key = `${size.columns}x${size.rows}`;
  const stops = journeys.get(key) ?? collected(travel(size));
  journeys.set(key, stops);
  return stops;
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe.each(sizes)('the wizard at $columns x $rows', (size) => {
  it('is never taller or wider than the screen, and always says where one is', async () => {
    const seen: string[] = [];
    for (const { name, lines } of await journey(size)) {
      seen.push(name);
      expect({ name, rows: lines.length }).toEqual({ name, rows: size.rows });
      expect({ name, wider: lines.filter((line) => displayWidth(line) > size.columns) }).toEqual({ name, wider: [] });
      expect(lines[0]).toContain('new lab');
      if (name !== 'leaving') expect(lines[2]).toContain('1 distro ▸ 2 where ▸ 3 size ▸ 4 review');
      // Nothing that is not known may stand there as if it were.
      if (name !== 'yaml') expect(lines.join('\n')).not.toMatch(/undefined|NaN|null|\[object/);
    }
    expect(seen).toHaveLength(19);
  });

  it('shows what matters in each step', async () => {
    const screens = new Map((await journey(size)).map(({ name, lines }) => [name, lines.join('\n')]));
    expect(screens.get('distro')).toMatch(/▸ debian +13 +(until )?2030-06 .*all clouds/);
    expect(screens.get('distro')).toContain('labtui apply --distro debian@13');
    expect(screens.get('search')).toContain(' / fedora');
    expect(screens.get('nothing found')).toContain('nothing has "fedorazzz" in it');
    expect(screens.get('profiles')).toMatch(/mine +rocky@9 on aws/);
    expect(screens.get('where')).toMatch(/▸ ◉ aws/);
    expect(screens.get('missing credentials')).toMatch(/try: ARM_CLIENT_ID/);
    expect(screens.get('regions')).toMatch(/eu-west-1 +12 ms/);
    expect(screens.get('size')).toMatch(/▸ ◉ lab +2\/4 +t3a.medium/);
    expect(screens.get('typing')).toContain('"wrong"');
    expect(screens.get('planning')).toContain('looking up images, prices and zones');
    expect(screens.get('review')).toContain('create it: 13 resources');
    expect(screens.get('review')).toMatch(/aws +t3a.medium/);
    expect(screens.get('yaml')).toContain('distro: debian@13');
    expect(screens.get('save')).toContain('save as profile debian-clouds');
    expect(screens.get('refused')).toMatch(/did you mean\s+"eu-west-1"/);
    expect(screens.get('refused')).toContain('try: labtui regions --cloud aws');
  });
});

describe('what is decided', () => {
  it('stands on the right where the width allows, with its price', async () => {
    const beside = async (columns: number, rows: number): Promise<string> => {
      const stop = (await journey({ columns, rows })).find(({ name }) => name === 'size');
      return stop?.lines.join('\n') ?? '';
    };
    expect(await beside(80, 24)).toMatch(/│ where +aws:eu-west-1/);
    expect(await beside(80, 24)).toMatch(/│ hourly +0\.\d{4} \$/);
    expect(await beside(60, 16)).not.toContain('│');
  });
});
