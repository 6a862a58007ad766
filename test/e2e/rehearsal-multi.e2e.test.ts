import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, type Finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, regionOf, resultOf } from '../support/rehearsal.ts';

const skip = skipLoudly('several clouds in a rehearsal', await missingTools(['terraform']));

const three = ['aws', 'azure', 'gcp'];

type Type = LabEvent['type'];
const ofType = <T extends Type>({ events }: Pick<Finished, 'events'>, type: T) => events.filter((event): event is Extract<LabEvent, { type: T }> => event.type === type);
const fallbacksOf = (run: Pick<Finished, 'events'>) => ofType(run, 'fallback').filter(({ from }) => from !== 'auto').map(({ stack, from, to }) => ({ stack, from, to }));
const errorsOf = (run: Pick<Finished, 'events'>) => ofType(run, 'diagnostic').filter(({ severity }) => severity === 'error');

describe.skipIf(skip)('several clouds in one command, with the real Terraform', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());

  const apply = async (args: readonly string[]) => {
    const run = await place.run(['apply', '--rehearse', '-y', '--json', ...args]);
    return { ...run, events: run.events, session: run.events.at(-1)?.session ?? '' };
  };
  const destroy = async (session: string) => {
    const run = await place.run(['destroy', session, '-y', '--json']);
    expect(resultOf(run)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(await leftInClouds(place, session)).toEqual([]);
    return ofType(run, 'receipt');
  };
  const recordOf = (session: string) => JSON.parse(readFileSync(join(place.sessions, session, 'session.json'), 'utf8')) as SessionRecord;
  const cloudsLeft = async (session: string) => [...new Set((await leftInClouds(place, session)).map(({ cloud }) => cloud))].toSorted();
  /** `machine answer`, of every machine of the session. */
  const answers = async (session: string) => {
    const asked = await place.run(['exec', session, '--all', '--', 'echo here']);
    expect(asked.exitCode, asked.stderr).toBe(0);
    return asked.stdout.trim().split('\n').map((line) => line.replace(/\s+/g, ' ')).toSorted();
  };

  it('are ready together, usable alike, and end with one receipt in three parts', async () => {
    const made = await apply(['--cloud', three.join(), '--distro', 'debian@12', '--name', 'all']);
    expect(resultOf(made), JSON.stringify(errorsOf(made))).toMatchObject({
      ok: true,
      exitCode: 0,
      phase: 'ready',
      stacks: Object.fromEntries(three.map((id) => [id, { phase: 'ready', exitCode: 0, stands: true }])),
    });
    expect(resultOf(made).hosts.map(({ name }) => name).toSorted()).toEqual(three.map((id) => `all-${id}`));
    expect(readdirSync(join(place.sessions, made.session, 'stacks')).toSorted()).toEqual(three);
    expect(await answers(made.session)).toEqual(three.map((id) => expect.stringMatching(new RegExp(`^all-${id}\\b.*here$`)) as string));
    for (const id of three) {
      const written = await place.run(['console', made.session, '--host', `all-${id}`]);
      expect(written.exitCode, written.stderr).toBe(0);
      // Without cloud-init, as in Google's Debian, a machine is called as its cloud calls it: with the session.
      expect(written.stdout).toMatch(new RegExp(`^(?:all|${made.session})-${id} login:`, 'm'));
    }

    const [receipt, ...more] = await destroy(made.session);
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({ left: [], verifiedBy: ['state', 'listing'] });
    const parts = Object.entries(receipt?.stacks ?? {});
    expect(parts.map(([id]) => id).toSorted()).toEqual(three);
    for (const [, part] of parts) {
      expect(part).toMatchObject({ deleted: part.found, left: [], verifiedBy: ['state', 'listing'] });
      expect(part.found).toBeGreaterThan(3);
    }
    expect(parts.reduce((sum, [, part]) => sum + part.found, 0)).toBe(receipt?.found);
    const shown = await place.run(['receipt', made.session]);
    for (const id of three) expect(shown.stdout).toMatch(new RegExp(`^  ${id} .*found.*, 0 left   verified by state and by listing$`, 'm'));
  });

  it('fail alone: one without quota is removed, the others stand and are of use (5)', async () => {
    const made = await apply(['--cloud', three.join(), '--distro', 'debian@12', '--name', 'two', '--fault', 'quota,cloud=gcp']);
    expect(resultOf(made)).toMatchObject({
      exitCode: 5,
      phase: 'failed',
      stacks: { aws: { phase: 'ready', exitCode: 0, stands: true }, azure: { phase: 'ready', exitCode: 0, stands: true }, gcp: { phase: 'destroyed', exitCode: 5, stands: false } },
    });
    expect(made.exitCode).toBe(5);
    expect(errorsOf(made)).toMatchObject([{ kind: 'quota', stack: 'gcp' }]);
    expect(resultOf(made).hosts.map(({ name }) => name).toSorted()).toEqual(['two-aws', 'two-azure']);
    expect(await cloudsLeft(made.session)).toEqual(['aws', 'azure']);
    for (const host of ['two-aws', 'two-azure']) {
      expect(await place.run(['exec', made.session, '--host', host, '--', 'echo', 'here'])).toMatchObject({ exitCode: 0, stdout: 'here\n' });
    }
    const [receipt] = await destroy(made.session);
    expect(Object.keys(receipt?.stacks ?? {}).toSorted()).toEqual(three);
    expect(receipt?.stacks?.gcp).toMatchObject({ found: 0, left: [] });
  });

  it('keep what one that failed has made, where onFailure says so (5)', async () => {
    const made = await apply(['--cloud', three.join(), '--distro', 'debian@12', '--keep-on-failure', '--fault', 'quota,cloud=gcp']);
    expect(resultOf(made)).toMatchObject({ exitCode: 5, stacks: { gcp: { phase: 'failed', exitCode: 5, stands: true }, aws: { exitCode: 0 } } });
    expect(await cloudsLeft(made.session)).toEqual(three);
    await destroy(made.session);
  });

  it('fail alone before anything is made, too: one that nobody is signed in to does not stop the others (4)', async () => {
    const made = await apply(['--cloud', three.join(), '--distro', 'debian@12', '--fault', 'credentials,cloud=azure']);
    expect(resultOf(made)).toMatchObject({ exitCode: 4, stacks: { aws: { exitCode: 0 }, gcp: { exitCode: 0 }, azure: { phase: 'failed', exitCode: 4, stands: false } } });
    expect(errorsOf(made)).toMatchObject([{ kind: 'credentials', stack: 'azure' }]);
    expect(await cloudsLeft(made.session)).toEqual(['aws', 'gcp']);
    await destroy(made.session);
  });

  it('are one cloud in two regions, and a stack for each distro', async () => {
    const regions = await applyRehearsed(place, { name: 'regions', cloud: 'aws' }, ['--set', 'cloud=[aws:eu-west-1, aws:us-east-1]', '--region', 'auto']);
    expect(resultOf(regions), JSON.stringify(errorsOf(regions))).toMatchObject({ exitCode: 0 });
    expect(Object.values(recordOf(regions.session).stacks).map(({ plan }) => [plan.id, plan.region])).toEqual([
      ['aws-eu-west-1', 'eu-west-1'],
      ['aws-us-east-1', 'us-east-1'],
    ]);
    expect(resultOf(regions).hosts.map(({ name }) => name).toSorted()).toEqual(['regions-aws-eu-west-1', 'regions-aws-us-east-1']);
    expect(Object.keys((await destroy(regions.session))[0]?.stacks ?? {})).toHaveLength(2);

    writeFileSync(join(place.cwd, 'matrix.yaml'), JSON.stringify({ name: 'matrix', distro: ['debian@12', 'ubuntu@24.04'], cloud: ['aws', 'gcp'] }));
    const matrix = await apply(['--profile', 'matrix']);
    expect(resultOf(matrix), JSON.stringify(errorsOf(matrix))).toMatchObject({ exitCode: 0 });
    expect(Object.values(recordOf(matrix.session).stacks).map(({ plan }) => `${plan.id} ${plan.distro.name}`).toSorted()).toEqual([
      'aws-debian-12 debian',
      'aws-ubuntu-24-04 ubuntu',
      'gcp-debian-12 debian',
      'gcp-ubuntu-24-04 ubuntu',
    ]);
    expect(await answers(matrix.session)).toHaveLength(4);
    await destroy(matrix.session);
  });

  it('go on in another zone each where a zone is sold out, with a second machine moved along', async () => {
    const made = await apply(['--cloud', three.join(), '--distro', 'debian@12', '--count', '2', ...three.flatMap((id) => ['--fault', `capacity,cloud=${id},call=2`])]);
    expect(resultOf(made), JSON.stringify(errorsOf(made))).toMatchObject({ exitCode: 0 });
    expect(errorsOf(made)).toEqual([]);
    const record = recordOf(made.session);
    for (const id of three) {
      const told = fallbacksOf(made).filter(({ stack }) => stack === id);
      expect(told, id).toHaveLength(1);
      expect(told[0]?.to).toBe(record.stacks[id]?.plan.zone);
      expect(told[0]?.from).not.toBe(told[0]?.to);
      const zones = resultOf(made).hosts.filter(({ name }) => name.includes(`-${id}-`)).map(({ zone }) => zone);
      expect(zones).toHaveLength(2);
      for (const zone of zones) expect(told[0]?.to).toMatch(new RegExp(`${zone ?? 'nowhere'}$`));
      const percents = ofType(made, 'phase').filter(({ stack }) => stack === id).map(({ percent }) => percent);
      expect(percents, id).toEqual(percents.toSorted((a, b) => a - b));
    }
    expect(await answers(made.session)).toHaveLength(6);
    await destroy(made.session);
  });
});

describe.skipIf(skip).concurrent.each(three)('what the profile leaves open on %s', (cloud) => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());
  const region = regionOf[cloud] ?? '';
  const zone = cloud === 'azure' ? `${region}-1` : cloud === 'gcp' ? `${region}-b` : `${region}a`;
  const other = cloud === 'azure' ? `${region}-2` : cloud === 'gcp' ? `${region}-c` : `${region}b`;

  it('is tried by itself: spot that is sold out becomes on demand in the zone that was named', async ({ expect: expecting }) => {
    const made = await applyRehearsed(place, { name: `spot-${cloud}`, cloud, zone, spot: { enabled: true }, instanceType: { [cloud]: spotType[cloud] } }, ['--fault', `capacity,times=${retries[cloud] ?? 1}`]);
    expecting(resultOf(made), JSON.stringify(errorsOf(made))).toMatchObject({ exitCode: 0 });
    expecting(fallbacksOf(made)).toEqual([{ stack: cloud, from: 'spot', to: 'on-demand' }]);
    expecting(JSON.parse(readFileSync(join(place.sessions, made.session, 'session.json'), 'utf8'))).toMatchObject({ stacks: { [cloud]: { plan: { zone, spot: { enabled: false } } } } });
    expecting(resultOf(await place.run(['destroy', made.session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
    expecting(await leftInClouds(place, made.session)).toEqual([]);

    const strict = await applyRehearsed(place, { name: `strict-${cloud}`, cloud, zone, spot: { enabled: true, fallback: 'fail' }, instanceType: { [cloud]: spotType[cloud] } }, ['--fault', `capacity,times=${retries[cloud] ?? 1}`]);
    expecting(resultOf(strict)).toMatchObject({ exitCode: 5 });
    expecting(fallbacksOf(strict)).toEqual([]);
    expecting(await leftInClouds(place, strict.session)).toEqual([]);
  });

  it('is all that is tried: a zone and type that were named stay, until the user names another (5, then 0)', async ({ expect: expecting }) => {
    const failed = await applyRehearsed(place, { name: `named-${cloud}`, cloud, zone, instanceType: { [cloud]: spotType[cloud] } }, ['--fault', 'capacity']);
    expecting(resultOf(failed)).toMatchObject({ exitCode: 5 });
    expecting(errorsOf(failed)[0]).toMatchObject({ kind: 'capacity' });
    expecting(fallbacksOf(failed)).toEqual([]);
    expecting(await leftInClouds(place, failed.session)).toEqual([]);
    const moved = await place.run(['apply', '--session', failed.session, '--zone', other, '-y', '--json']);
    expecting(resultOf(moved), JSON.stringify(errorsOf(moved))).toMatchObject({ exitCode: 0 });
    expecting(resultOf(await place.run(['destroy', failed.session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
    expecting(await leftInClouds(place, failed.session)).toEqual([]);
  });

  it('ends after a few attempts where the whole region is sold out, with nothing left (5)', async ({ expect: expecting }) => {
    const made = await applyRehearsed(place, { name: `region-${cloud}`, cloud }, ['--fault', 'capacity-region']);
    expecting(resultOf(made)).toMatchObject({ exitCode: 5, stacks: { [cloud]: { phase: 'destroyed', exitCode: 5, stands: false } } });
    expecting(errorsOf(made)[0]).toMatchObject({ kind: 'capacity' });
    expecting(fallbacksOf(made).length).toBeGreaterThan(0);
    expecting(fallbacksOf(made).length).toBeLessThanOrEqual(3);
    expecting(await leftInClouds(place, made.session)).toEqual([]);
  });
});

/** How often a provider asks before it believes: EC2 answers as if it were a failure of its own. */
const retries: Readonly<Record<string, number>> = { aws: 3 };

/** Of each cloud one that can be a spot machine. */
const spotType: Readonly<Record<string, string>> = { aws: 't3.medium', azure: 'Standard_B2als_v2', gcp: 'e2-medium' };
