import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkplace, type Finished, type Workplace } from '../support/labtui.ts';
import type { SimulatedResource } from '../support/rehearsal.ts';
import { regionOf } from '../support/rehearsal.ts';
import { randomFrom } from '../support/random.ts';
import { planRound, type RoundPlan } from './plan-round.ts';
import { bundleRecorder, recordDiskOf } from './power-cut.ts';
import { signalTo, terraformsBelow } from './processes.ts';

/** Where rounds are played: a simulated world in which somebody else has a lab, too. */
export interface Arena {
  readonly place: Workplace;
  /** What records the disk of a labtui whose power will be cut. */
  readonly recorder: string;
  /** How long an undisturbed command takes on this computer, ms. */
  readonly spanMs: Readonly<Record<'apply' | 'destroy', number>>;
  remove(): void;
}

export interface Round {
  readonly plan: RoundPlan;
  /** It stands as it was meant to: the sweep spared it, and `destroy` ended it. */
  readonly spared: boolean;
  readonly complaints: readonly string[];
}

/** Opens a world with a lab of another owner whose directory is not here: nobody may touch that one. */
export async function openArena(): Promise<Arena> {
  const place = createWorkplace();
  const lab = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    writeFileSync(join(place.cwd, `${name}.yaml`), JSON.stringify({ name, distro: 'debian@12', cloud: 'aws', region: regionOf.aws }));
    return sessionOf(await place.run(['apply', '--profile', name, '--rehearse', '-y', '--json'], { env }));
  };
  const stranger = await lab('stranger', { LABTUI_OWNER: 'somebody@elsewhere' });
  renameSync(join(place.sessions, stranger), join(place.home, stranger));
  // A region has a network of its own from when it is first asked: it is to be there before the rounds.
  await place.run(['cleanup', '--sweep', '--rehearse', '--dry-run', '--json']);
  const applyMs = Date.now();
  const probe = await lab('probe');
  const destroyMs = Date.now();
  await place.run(['destroy', probe, '-y', '--json']);
  return { place, recorder: await bundleRecorder(place.home), spanMs: { apply: destroyMs - applyMs, destroy: Date.now() - destroyMs }, remove: () => place.remove() };
}

/**
 * Plays the round of a seed: a lab, a kill, `cleanup --sweep`, and `destroy` for a lab that the kill came too late or too early for; then
 * the world tells what is left, and whether the other lab is whole.
 */
export async function playRound(arena: Arena, seed: number): Promise<Round> {
  const { place, spanMs } = arena;
  const plan = planRound(seed);
  const name = `chaos-${seed}`;
  const before = await resourcesIn(place);
  writeFileSync(
    join(place.cwd, `${name}.yaml`),
    JSON.stringify({ name, distro: 'debian@12', cloud: plan.clouds, region: Object.fromEntries(plan.clouds.map((id) => [id, regionOf[id]])), count: plan.count, onFailure: plan.onFailure }),
  );
  const fault = plan.fault === null ? [] : ['--fault', plan.fault];
  const apply = ['apply', '--profile', name, '--rehearse', '-y', '--json'];
  if (plan.during === 'apply') await hit(arena, [...apply, ...fault], plan, spanMs.apply);
  else {
    const session = sessionOf(await place.run(apply));
    await hit(arena, ['destroy', session, '-y', '--json', ...fault], plan, spanMs.destroy);
  }
  const complaints: string[] = [];
  const cleanUp = async (args: readonly string[]): Promise<void> => {
    const ended = await place.run([...args, '-y', '--json']);
    if (ended.exitCode !== 0) complaints.push(`${args[0] ?? ''} ended with ${ended.exitCode ?? 'no code'}: ${tail(ended)}`);
  };
  await cleanUp(['cleanup', '--sweep', '--rehearse']);
  const sparedLabs = await livingIn(place);
  const standing = await resourcesIn(place);
  for (const { id, phase } of sparedLabs) {
    const meant = phase === 'ready' || (phase === 'failed' && plan.onFailure === 'keep');
    // A session of which nothing is in the clouds is none of a sweep's business.
    if (!meant && standing.some(({ session }) => session === id)) complaints.push(`the sweep spared ${id}, which is ${phase}`);
    await cleanUp(['destroy', id]);
  }
  const after = await resourcesIn(place);
  const left = after.filter(({ id }) => !before.some((one) => one.id === id));
  const touched = before.filter((one) => !after.some(({ id, state }) => id === one.id && state === one.state));
  if (left.length > 0) complaints.push(`left: ${words(left)}`);
  if (touched.length > 0) complaints.push(`touched, of somebody else: ${words(touched)}`);
  return { plan, spared: sparedLabs.length > 0, complaints };
}

async function hit({ place, recorder }: Arena, args: readonly string[], { seed, victim, signal, moment }: RoundPlan, spanMs: number): Promise<void> {
  const disk = victim === 'power' ? recordDiskOf(place, recorder) : null;
  const run = place.start(args, { env: disk?.env });
  await Promise.race([sleep(moment * spanMs), run]);
  const { terraforms, providers } = terraformsBelow(place.sessions);
  const how = victim === 'power' ? 'SIGKILL' : signal;
  if (victim !== 'terraform' && victim !== 'provider') run.kill(how);
  if (victim !== 'labtui' && victim !== 'provider') for (const pid of terraforms) signalTo(pid, how);
  if (victim === 'provider' || victim === 'all' || victim === 'power') for (const pid of providers) signalTo(pid, how);
  await run;
  disk?.cut(randomFrom(seed));
}

async function livingIn(place: Workplace): Promise<readonly { readonly id: string; readonly phase: string }[]> {
  return ((await place.run(['list', '--json'])).json() as readonly { readonly id: string; readonly phase: string }[]).map(({ id, phase }) => ({ id, phase }));
}

/** Without what a cloud keeps about its own doings: machines that are gone, and Google Cloud's record of each call. */
async function resourcesIn(place: Workplace): Promise<readonly SimulatedResource[]> {
  const { resources } = (await place.run(['rehearsal', 'status', '--json'])).json() as { readonly resources: readonly SimulatedResource[] };
  return resources.filter(({ kind, state }) => state !== 'terminated' && kind !== 'operation');
}

function sessionOf(run: Finished): string {
  const session = run.events.at(-1)?.session;
  if (run.exitCode !== 0 || typeof session !== 'string') throw new Error(`an undisturbed apply failed: ${tail(run)}`);
  return session;
}

function words(resources: readonly SimulatedResource[]): string {
  return resources.map(({ cloud, kind, id }) => `${cloud} ${kind} ${id}`).join(', ');
}

function tail({ stdout, stderr }: Finished): string {
  return `${stdout.slice(-500)} ${stderr.slice(-300)}`.trim();
}
