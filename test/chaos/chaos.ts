import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkplace, type Workplace } from '../support/labtui.ts';
import { randomFrom } from '../support/random.ts';
import { leftInClouds, type SimulatedResource } from '../support/rehearsal.ts';

// Kills labtui or Terraform at a random moment of a rehearsed apply, then cleans up as a user would, and asks the simulated
// world what is left. `npm run chaos [ROUNDS [SEED]]`.

const parts = new Set(['security-group-rule', 'volume', 'network-interface']);

const victims = ['labtui', 'terraform', 'both'] as const;
type Victim = (typeof victims)[number];

export interface Round {
  readonly victim: Victim;
  readonly atMs: number;
  /** How far the session had come when it was hit: resources in its state; null: there was no session yet. */
  readonly known: number | null;
  readonly cleanupExit: number;
  /** What stayed in the clouds and was listed. */
  readonly listed: number;
  readonly complaints: readonly string[];
}

/** One lab, hit once. `spanMs`: about how long an apply takes, so that every part of it is hit. */
export async function playRound(place: Workplace, number: number, random: () => number, spanMs: number): Promise<Round> {
  const name = `chaos-${number}`;
  const victim = victims[Math.floor(random() * victims.length)] ?? 'both';
  const atMs = Math.round(random() * spanMs);
  writeFileSync(join(place.cwd, `${name}.yaml`), JSON.stringify({ name, distro: 'debian@12', cloud: 'aws', region: 'eu-north-1', count: 1 + (number % 3) }));
  const run = place.start(['apply', '--profile', name, '--rehearse', '--auto-approve', '--json']);
  await Promise.race([sleep(atMs), run]);
  if (victim !== 'labtui') for (const pid of terraformsOf(place)) kill(pid);
  if (victim !== 'terraform') run.kill('SIGKILL');
  await run;

  const live = sessionIn(place.sessions, name);
  const known = live === null ? [] : idsInStates(join(place.sessions, live, 'stacks'));
  const cleaned = await place.run(['cleanup', '--auto-approve', '--json']);
  const complaints: string[] = [];
  // One that ended by itself is judged, too: its own cleaning up may have forgotten something.
  const session = live ?? sessionIn(join(place.sessions, '.archive'), name);
  if (session === null) return { victim, atMs, known: null, cleanupExit: cleaned.exitCode ?? -1, listed: 0, complaints };

  const left = await leftInClouds(place, session);
  const listed = new Set(cleaned.events.flatMap((event) => (event.type === 'receipt' && event.session === session ? event.left.map(({ id }) => id) : [])));
  const forgotten = left.filter(({ id }) => known.includes(id));
  if (forgotten.length > 0) complaints.push(`the state knew ${words(forgotten)}, and it is still there`);
  // A group's rules and a machine's disk go with them, and the listing names the whole.
  const unlisted = left.filter(({ id, kind }) => !listed.has(id) && !(parts.has(kind) && listed.size > 0));
  if (unlisted.length > 0) complaints.push(`not listed: ${words(unlisted)}`);
  const expected = left.length > 0 ? 7 : 0;
  if (cleaned.exitCode !== expected) complaints.push(`cleanup ended with ${cleaned.exitCode}, expected ${expected}: ${cleaned.stdout.slice(-600)}`);
  return { victim, atMs, known: known.length, cleanupExit: cleaned.exitCode ?? -1, listed: left.length, complaints };
}

function sessionIn(folder: string, name: string): string | null {
  return existsSync(folder) ? (readdirSync(folder).find((entry) => entry.startsWith(`${name}-`)) ?? null) : null;
}

function words(resources: readonly SimulatedResource[]): string {
  return resources.map(({ kind, id }) => `${kind} ${id}`).join(', ');
}

/** Terraform processes that work in this place's sessions. */
function terraformsOf({ sessions }: Workplace): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(sessions) && readlinkSync(`/proc/${pid}/exe`).endsWith('terraform');
      } catch {
        return false;
      }
    });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function idsInStates(stacks: string): readonly string[] {
  return readdirSync(stacks).flatMap((stack) => {
    try {
      const state = JSON.parse(readFileSync(join(stacks, stack, 'terraform.tfstate'), 'utf8')) as { resources: { instances: { attributes: { id?: string } }[] }[] };
      return state.resources.flatMap(({ instances }) => instances.flatMap(({ attributes }) => attributes.id ?? []));
    } catch {
      return [];
    }
  });
}

/** Plays so many rounds and tells of them; what should not have happened, by round. */
export async function chaos(rounds: number, seed: number, say: (text: string) => void): Promise<readonly string[]> {
  const place = createWorkplace();
  const random = randomFrom(seed);
  const complaints: string[] = [];
  try {
    const begin = Date.now();
    writeFileSync(join(place.cwd, 'probe.yaml'), JSON.stringify({ name: 'probe', distro: 'debian@12', cloud: 'aws', region: 'eu-north-1' }));
    const probe = await place.run(['apply', '--profile', 'probe', '--rehearse', '--auto-approve', '--json']);
    if (probe.exitCode !== 0) throw new Error(`a quiet apply failed: ${probe.stdout}`);
    const spanMs = (Date.now() - begin) * 1.1;
    await place.run(['cleanup', '--auto-approve', '--json']);
    let listed = 0;
    for (let number = 1; number <= rounds; number += 1) {
      const round = await playRound(place, number, random, spanMs);
      listed += round.listed;
      complaints.push(...round.complaints.map((complaint) => `round ${number} (${round.victim} at ${round.atMs} ms): ${complaint}`));
      say(`${String(number).padStart(4)}  ${round.victim.padEnd(9)} at ${String(round.atMs).padStart(5)} ms  state knew ${round.known ?? '-'}  cleanup ${round.cleanupExit}  left and listed ${round.listed}${round.complaints.length > 0 ? `  WRONG: ${round.complaints.join('; ')}` : ''}`);
    }
    say(`${rounds} rounds, seed ${seed}: ${complaints.length} complaints; ${listed} resources that no state knew were left and listed`);
  } finally {
    place.remove();
  }
  return complaints;
}
