import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceiptEvent } from '../../src/core/events.ts';
import type { SweepFindings, SweptSession } from '../../src/core/sweep.ts';
import { models } from '../../src/rehearsal/clouds.ts';
import { openWorld } from '../../src/rehearsal/engine/disk-world.ts';
import type { World } from '../../src/rehearsal/engine/world.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, type Finished, type RunOptions, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, resultOf, simulatedClouds } from '../support/rehearsal.ts';

const skip = skipLoudly('a sweep', await missingTools(['terraform']));

const person = userInfo().username;
/** What a lab is made with on the computer that is lost, and what looks for it elsewhere. */
const computers = [`${person}@laptop`, `${person}@tablet`] as const;
const atDesk = { LABTUI_OWNER: undefined };
const colleague = 'somebody-else@desk';

const worldIn = (place: Workplace): Promise<World> => openWorld(join(place.sessions, '.rehearsal'), { models });

/** Things of the same accounts that labtui has not made, but that look like it: each with a deadline in the past. */
async function putStrangers(world: World): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const [cloud, kind] of [['aws', 'key-pair'], ['azure', 'resourceGroups'], ['gcp', 'disk']] as const) {
    const caller = { actor: 'client', run: null, session: null, stack: null } as const;
    await world.call({ cloud, operation: 'by hand', verb: 'create', subject: 'other', caller }, (tx) => {
      const [model] = tx.list(cloud).filter((resource) => resource.kind === kind && resource.tags['labtui-session-id'] !== undefined);
      if (model === undefined) throw new Error(`${cloud} has no ${kind} to copy`);
      const name = 'somebody-elses';
      const id = model.name === null ? `${model.id}0` : model.id.replaceAll(model.name, name).replace(/^key-.*/, 'key-00000000000000000');
      tx.put({ ...model, id, name, tags: { 'labtui-expires': '2020-01-01T00:00:00.000Z', 'labtui-owner': `${person}@laptop` } });
      ids.push(id);
    });
  }
  return ids;
}

const idsIn = (world: World): Promise<readonly string[]> => world.read((view) => view.clouds.flatMap((cloud) => view.list(cloud).map(({ id }) => id)));

const sweepAt = (place: Workplace, more: readonly string[] = [], env: RunOptions['env'] = atDesk): Promise<Finished> => place.run(['cleanup', '--sweep', '--rehearse', ...more], { env });

function verdictOf(findings: SweepFindings, session: string): SweptSession | undefined {
  return findings.sessions.find((one) => one.session === session);
}

const receiptOf = ({ events }: Finished): ReceiptEvent | undefined => events.flatMap((event) => (event.type === 'receipt' && event.session === null ? [event] : []))[0];

describe.skipIf(skip)('a lab whose computer, sessions directory and state are gone', () => {
  let laptop: Workplace;
  let desk: Workplace;
  let world: World;
  let strangers: readonly string[];
  const labs = new Map<string, string[]>(computers.map((owner) => [owner, []]));
  const all = (): readonly string[] => [...labs.values()].flat();
  let foreign: string;

  beforeAll(async () => {
    laptop = createWorkplace({ LABTUI_REHEARSAL_SPEED: '300' });
    desk = createWorkplace({ LABTUI_REHEARSAL_SPEED: '300' });
    await Promise.all(
      simulatedClouds.map(async (cloud) => {
        for (const owner of computers) labs.get(owner)?.push((await applyAs(laptop, { name: `lab-${cloud}`, cloud }, { LABTUI_OWNER: owner })).session);
      }),
    );
    foreign = (await applyAs(laptop, { name: 'foreign', cloud: 'aws' }, { LABTUI_OWNER: colleague })).session;
    mkdirSync(desk.sessions, { recursive: true });
    renameSync(join(laptop.sessions, '.rehearsal'), join(desk.sessions, '.rehearsal'));
    rmSync(laptop.home, { recursive: true, force: true });
    // The clouds are where they were; what the laptop remembered went with it.
    rmSync(join(desk.sessions, '.rehearsal/ledger'), { recursive: true, force: true });
    world = await worldIn(desk);
    strangers = await putStrangers(world);
  });
  afterAll(() => {
    laptop.remove();
    desk.remove();
  });

  it('is found elsewhere before its deadline, listed with the switch that would remove it, and left alone', async () => {
    const dry = await sweepAt(desk, ['--dry-run', '--json']);
    expect(dry.exitCode).toBe(0);
    const findings = dry.json() as SweepFindings;
    for (const session of all()) expect(verdictOf(findings, session), session).toMatchObject({ action: 'spare', unlock: '--include-unknown' });
    expect(verdictOf(findings, foreign)).toMatchObject({ action: 'spare', unlock: `--owner ${colleague}`, owners: [colleague] });
    expect(new Set(findings.places.map(({ cloud }) => cloud))).toEqual(new Set(simulatedClouds));

    const before = await idsIn(world);
    const run = await sweepAt(desk, ['--auto-approve', '--json']);
    expect(resultOf(run)).toMatchObject({ exitCode: 0, session: null });
    expect(receiptOf(run)).toMatchObject({ found: 0, left: [], verifiedBy: ['listing'] });
    expect(new Set(await idsIn(world))).toEqual(new Set(before));
  });

  it('asks before it deletes, and refuses where nobody can be asked (8)', async () => {
    expect((await sweepAt(desk, ['--include-unknown'])).exitCode).toBe(8);
    for (const session of all()) expect(await leftInClouds(desk, session)).not.toEqual([]);
  });

  it('is removed before its deadline with --include-unknown, whichever cloud it is in; the receipt says where, what for and when', async () => {
    const [owner] = computers;
    const run = await sweepAt(desk, ['--include-unknown', '--owner', owner, '--auto-approve', '--json']);
    expect(resultOf(run).exitCode, run.stdout.slice(-2_000)).toBe(0);
    const going = labs.get(owner) ?? [];
    expect(going).toHaveLength(simulatedClouds.length);
    for (const session of all()) expect((await leftInClouds(desk, session)).length === 0, session).toBe(going.includes(session));
    const receipt = (await desk.run(['receipt', '--sweep', '--rehearse', '--json'])).json() as ReceiptEvent;
    expect(receipt).toMatchObject({ left: [], verifiedBy: ['listing'] });
    expect(receipt.found).toBe(receipt.deleted);
    const places = Object.values(receipt.stacks ?? {}).flatMap(({ found, place }) => (found > 0 && place !== undefined ? [place] : []));
    expect(new Set(places.map(({ cloud }) => cloud))).toEqual(new Set(simulatedClouds));
    for (const place of places) expect(place).toMatchObject({ account: expect.any(String), tagQuery: 'labtui=true', listedAt: expect.stringMatching(/^20.*Z$/) });
  });

  it('is removed once its deadline has passed, by that alone; another owner’s and what lacks the marker stay', async () => {
    await world.setClock({ aheadMs: 6 * 3_600_000 });
    const run = await sweepAt(desk, ['--auto-approve', '--json']);
    expect(resultOf(run).exitCode, run.stdout.slice(-2_000)).toBe(0);
    for (const session of all()) expect(await leftInClouds(desk, session), session).toEqual([]);
    expect(await leftInClouds(desk, foreign)).not.toEqual([]);
    expect(await idsIn(world)).toEqual(expect.arrayContaining([...strangers]));
  });

  it('of another owner it is removed where that owner is named', async () => {
    const run = await sweepAt(desk, ['--owner', colleague, '--auto-approve', '--json']);
    expect(resultOf(run).exitCode, run.stdout.slice(-2_000)).toBe(0);
    expect(await leftInClouds(desk, foreign)).toEqual([]);
    expect(await idsIn(world)).toEqual(expect.arrayContaining([...strangers]));
  });
});

describe.skipIf(skip)('a lab of this computer', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace({ LABTUI_REHEARSAL_SPEED: '300' });
  });
  afterAll(() => place.remove());

  it('that is alive is spared, in whichever sessions directory; one that crashed is ended by its own state', async () => {
    const alive = (await applyRehearsed(place, { name: 'alive', cloud: 'aws' })).session;
    const crashed = (await applyRehearsed(place, { name: 'crashed', cloud: 'aws' })).session;
    const record = join(place.sessions, crashed, 'session.json');
    writeFileSync(record, readFileSync(record, 'utf8').replaceAll('"phase": "ready"', '"phase": "applying"'));
    const run = await sweepAt(place, ['--auto-approve', '--json'], {});
    expect(resultOf(run).exitCode, run.stdout.slice(-2_000)).toBe(0);
    expect(readdirSync(join(place.sessions, '.archive'))).toEqual([crashed]);
    expect(await leftInClouds(place, crashed)).toEqual([]);
    expect(resultOf(await place.run(['destroy', alive, '--auto-approve', '--json'])).exitCode).toBe(0);
  });

  it('is verified clean as it stands on every cloud, its state file stays as it was, and it ends without Terraform', async () => {
    for (const cloud of simulatedClouds) {
      const { session } = await applyRehearsed(place, { name: `verify-${cloud}`, cloud });
      const state = join(place.sessions, session, 'stacks', cloud, 'terraform.tfstate');
      const before = readFileSync(state);
      const verdict = await place.run(['verify', session, '--json']);
      expect(verdict.json(), cloud).toMatchObject({ clean: true, stacks: { [cloud]: { drifted: [], vanished: [], orphaned: [] } } });
      expect(verdict.exitCode).toBe(0);
      expect(readFileSync(state).equals(before)).toBe(true);
      expect(resultOf(await place.run(['destroy', session, '--without-terraform', '--auto-approve', '--json'], { env: { LABTUI_TERRAFORM_BIN: '/nowhere/terraform' } })).exitCode, cloud).toBe(0);
      expect(await leftInClouds(place, session)).toEqual([]);
      expect((await place.run(['verify', session])).exitCode).toBe(0);
    }
  });

  it('is verified with what vanished and what no state knows (9); its destroy removes both, and says so', async () => {
    const { session } = await applyRehearsed(place, { name: 'drift', cloud: 'aws' });
    const world = await worldIn(place);
    const caller = { actor: 'client', run: null, session: null, stack: null } as const;
    await world.call({ cloud: 'aws', operation: 'by hand', verb: 'update', subject: 'key', caller }, (tx) => {
      const [pair] = tx.list('aws').filter(({ kind, tags }) => kind === 'key-pair' && tags['labtui-session-id'] === session);
      if (pair === undefined) throw new Error('the lab has no key pair');
      tx.remove('aws', pair.id);
      tx.put({ ...pair, id: 'key-00000000000000001', name: 'made-by-hand' });
    });
    const verdict = await place.run(['verify', session, '--json']);
    expect(verdict.exitCode).toBe(9);
    expect(verdict.json()).toMatchObject({ clean: false, stacks: { aws: { vanished: [{ type: 'aws_key_pair' }], orphaned: [{ type: 'aws_key_pair', id: 'made-by-hand' }] } } });
    const destroyed = await place.run(['destroy', session, '--auto-approve', '--json']);
    expect(resultOf(destroyed).exitCode).toBe(0);
    expect(destroyed.events.some((event) => event.type === 'log' && event.message.includes('made-by-hand'))).toBe(true);
    expect(await leftInClouds(place, session)).toEqual([]);
  });

  it('several end at once: one table, one receipt and one result each, and the result of all as the last line', async () => {
    const sessions = (await Promise.all([1, 2, 3].map((number) => applyRehearsed(place, { name: `many-${number}`, cloud: 'aws' })))).map(({ session }) => session);
    const [first = '', ...others] = sessions;
    const table = await place.run(['destroy', first, first, '--auto-approve']);
    expect(table).toMatchObject({ exitCode: 0 });
    expect(table.stdout).toContain('gone');
    const run = await place.run(['destroy', ...others, '--auto-approve', '--json']);
    expect(resultOf(run)).toMatchObject({ exitCode: 0, session: null });
    for (const session of others) {
      const own = run.events.filter((event) => event.session === session);
      expect(own.filter(({ type }) => type === 'receipt')).toHaveLength(1);
      expect(own.at(-1)).toMatchObject({ type: 'result', exitCode: 0 });
    }
    // The work of both is mixed, so that neither waited for the other.
    const order = run.events.flatMap(({ session }) => session ?? []);
    expect(order.lastIndexOf(others[0] ?? '')).toBeGreaterThan(order.indexOf(others[1] ?? ''));
    expect(order.lastIndexOf(others[1] ?? '')).toBeGreaterThan(order.indexOf(others[0] ?? ''));
  });

  it.each([
    [['cleanup', '--include-unknown', '-y'], 2, 'add --sweep'],
    [['cleanup', '--sweep', '--all', '-y'], 2, 'looks through the clouds'],
    [['cleanup', '--sweep', '--region', 'eu-nroth-1', '-y'], 3, 'did you mean "eu-north-1"?'],
    [['cleanup', '--sweep', '--cloud', 'hetzner', '-y'], 3, 'nothing to sweep'],
    [['receipt'], 2, 'whose receipt?'],
    [['verify', 'nobody'], 3, 'nobody'],
  ])('%j is refused', async (args, exitCode, message) => {
    const run = await place.run(args);
    expect(run.stderr).toContain(message);
    expect(run.exitCode).toBe(exitCode);
  });
});

function applyAs(place: Workplace, fields: { readonly name: string; readonly cloud: string }, env: Readonly<Record<string, string>>): Promise<Finished & { readonly session: string }> {
  return applyRehearsed({ ...place, run: (args, options) => place.run(args, { ...options, env: { ...options?.env, ...env } }) }, fields);
}
