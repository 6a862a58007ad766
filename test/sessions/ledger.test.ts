import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessSettings } from '../../src/core/cloud-settings.ts';
import { access } from '../../src/clouds/aws/settings.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { createLedger } from '../../src/sessions/ledger.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'labtui-ledger-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const directory = (): string => join(home, 'state', 'ledger');
const open = (rehearsed = false): Ledger => createLedger({ directory: directory(), now: () => new Date('2026-11-21T10:00:00.000Z'), rehearsed });
const place = { cloud: 'aws', account: '111', region: 'eu-north-1', settings: { aws: { profile: 'dev' } } };

describe('the ledger', () => {
  it('names places and sessions directories, in files for their owner only', async () => {
    await open().note(place, '/labs/a');
    await open().note({ ...place, region: 'eu-west-1' }, '/labs/a');
    expect(await open().read()).toMatchObject({ places: expect.arrayContaining([expect.objectContaining(place), expect.objectContaining({ region: 'eu-west-1' })]), roots: ['/labs/a'], damaged: [] });
    const names = readdirSync(directory());
    expect(names).toHaveLength(3);
    for (const name of names) expect(statSync(join(directory(), name)).mode & 0o777).toBe(0o600);
  });

  it('has one entry for one place, however often and by however many it is noted', async () => {
    await Promise.all(Array.from({ length: 20 }, () => open().note({ ...place, settings: { aws: { profile: 'dev' } } }, '/labs/a')));
    expect((await open().read()).places).toHaveLength(1);
    expect(readdirSync(directory())).toHaveLength(2);
  });

  it.each(['', '{"v":1,"kind":"pla', '[]', '{"v":2,"kind":"place"}'])('tells of a damaged file (%j) and reads the others', async (text) => {
    await open().note(place, '/labs/a');
    await open().note({ ...place, region: 'eu-west-1' }, '/labs/a');
    const [first = ''] = readdirSync(directory()).filter((name) => name.startsWith('place-'));
    writeFileSync(join(directory(), first), text);
    const content = await open().read();
    expect(content.places).toHaveLength(1);
    expect(content.damaged).toMatchObject([{ file: join(directory(), first) }]);
  });

  it('never takes a simulated place for a real one, or the other way round', async () => {
    await open(true).note(place, '/labs/a');
    expect(await open(false).read()).toMatchObject({ places: [], roots: [] });
    expect((await open(true).read()).places).toHaveLength(1);
  });

  it('is empty where there is none, and rejects with the way out where it cannot be written', async () => {
    expect(await open().read()).toEqual({ places: [], roots: [], damaged: [] });
    writeFileSync(join(home, 'state'), '');
    await expect(open().note(place, '/labs/a')).rejects.toMatchObject({ problem: { kind: 'prerequisite', hint: expect.stringContaining('XDG_STATE_HOME') } });
  });

  it('keeps of the settings what leads to the account, from the environment too, and never a password', async () => {
    const settings = accessSettings({ aws: { profile: null, subnetId: 'subnet-1', endpoint: 'http://me:secret@127.0.0.1:4566' } }, 'aws', { access }, { AWS_PROFILE: 'dev', AWS_SECRET_ACCESS_KEY: 'hidden' });
    expect(settings).toEqual({ aws: { profile: 'dev', endpoint: 'http://me@127.0.0.1:4566/' } });
    await open().note({ ...place, settings }, '/labs/a');
    const all = readdirSync(directory()).map((name) => readFileSync(join(directory(), name), 'utf8')).join('');
    expect(all).not.toMatch(/secret|hidden/);
  });
});
