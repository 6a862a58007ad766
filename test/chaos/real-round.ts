import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { listEverything } from '../support/ec2/list-everything.ts';
import { workingBelow } from '../support/working-below.ts';
import { planRealRound, type RealRoundPlan } from './plan-real-round.ts';
import { signalTo, terraformsBelow } from './processes.ts';
import { type RealArena, sessionOf, tail } from './real-arena.ts';

export interface RealRound {
  readonly plan: RealRoundPlan;
  /** For people: what the hit left to be done. */
  readonly outcome: string;
  readonly complaints: readonly string[];
}

/** After the cleaning up: a labtui, a Terraform or a provider may end that much later. */
const lingersMs = 20_000;

/**
 * Plays the round of a seed: a lab, a kill, `cleanup --sweep`, and `destroy` of a lab that the kill left whole or that is to be kept.
 * Then EC2's own listing, held against the one before, tells what is left, and whether everything else is as it was.
 */
export async function playRealRound(arena: RealArena, seed: number): Promise<RealRound> {
  const { ec2, place } = arena;
  const plan = planRealRound(seed);
  const { count, onFailure, spot, during, launchMs } = plan;
  const before = await listEverything(ec2);
  const apply = arena.lab(`chaos-${seed}`, { count, onFailure, ...(spot ? { spot: { enabled: true } } : {}) });
  if (launchMs > 0) ec2.inject({ action: 'RunInstances', delayMs: launchMs });
  const exit = await hit(arena, during === 'apply' ? apply : ['destroy', sessionOf(await place.run(apply)), '-y', '--json'], plan);
  ec2.clearFaults();
  const held = (await listEverything(ec2)).filter((one) => !before.includes(one)).length;

  const complaints: string[] = [];
  const swept = await place.run(['cleanup', '--sweep', '-y', '--json']);
  if (swept.exitCode !== 0) complaints.push(`cleanup --sweep ended with ${swept.exitCode ?? 'no code'}: ${tail(swept)}`);
  const spared = await sessionsIn(arena);
  const standing = await listEverything(ec2);
  for (const { id, phase } of spared) {
    const isMeant = phase === 'ready' || (phase === 'failed' && onFailure === 'keep' && during === 'apply');
    // A Terraform that outlived its labtui may have ended it all before the sweep looked: then there is nothing to sweep.
    if (!isMeant && standing.some((one) => one.includes(`labtui-session-id=${id}`))) complaints.push(`the sweep spares ${id}, which is ${phase}`);
    const destroyed = await place.run(['destroy', id, '-y', '--json']);
    if (destroyed.exitCode !== 0) complaints.push(`destroy ended with ${destroyed.exitCode ?? 'no code'}: ${tail(destroyed)}`);
  }
  const after = await listEverything(ec2);
  const left = after.filter((one) => !before.includes(one));
  const touched = before.filter((one) => !after.includes(one));
  if (left.length > 0) complaints.push(`left: ${left.join(', ')}`);
  if (touched.length > 0) complaints.push(`touched, of somebody else: ${touched.join(', ')}`);
  const running = await stillRunning(arena);
  if (running.length > 0) complaints.push(`still running: ${running.join(', ')}`);
  const outcome = `${exit}, ${held} there${spared.map(({ phase }) => `, ${phase} and spared`).join('')}`;
  return { plan, outcome, complaints };
}

/** How the command ended. */
async function hit({ place, ec2, span }: RealArena, args: readonly string[], { during, victim, signal, by, moment }: RealRoundPlan): Promise<string> {
  const callsBefore = ec2.calls.length;
  const run = place.start(args);
  const end = new AbortController();
  void run.then(() => end.abort());
  const { ms, calls } = span[during];
  if (by === 'clock') await sleep(moment * ms, null, { signal: end.signal }).catch(() => null);
  else while (!end.signal.aborted && ec2.calls.length - callsBefore < moment * calls) await sleep(5);
  const { terraforms, providers } = terraformsBelow(place.sessions);
  if (victim === 'labtui' || victim === 'labtui and terraform' || victim === 'all') run.kill(signal);
  if (victim === 'terraform' || victim === 'labtui and terraform' || victim === 'all') for (const pid of terraforms) signalTo(pid, signal);
  if (victim === 'provider' || victim === 'all') for (const pid of providers) signalTo(pid, signal);
  const { exitCode, signal: endedBy } = await run;
  return exitCode === undefined ? (endedBy ?? 'gone') : `exit ${exitCode}`;
}

const sessions = z.array(z.object({ id: z.string(), phase: z.string() }));

async function sessionsIn({ place }: RealArena): Promise<z.output<typeof sessions>> {
  return sessions.parse((await place.run(['list', '--json'])).json());
}

async function stillRunning({ place }: RealArena): Promise<readonly string[]> {
  for (const deadline = Date.now() + lingersMs; ; ) {
    const running = workingBelow(place.sessions);
    if (running.length === 0 || Date.now() > deadline) return running.map(({ pid, words }) => `${words[0] ?? ''} (${pid})`);
    await sleep(200);
  }
}
