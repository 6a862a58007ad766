import type { CloudId } from '../../src/core/clouds.ts';
import type { FaultKind } from '../../src/rehearsal/engine/fault.ts';
import { createWorkplace, type Finished, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds } from '../support/rehearsal.ts';
import { expectedIn, type FaultPhase, type FaultRow, faultTable, isPlayed } from './fault-table.ts';
import { specOf } from './fault-spec-of.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

/** An apply with its fault, and the destroys with theirs that are tried on the lab which it leaves standing. */
export interface Story {
  readonly cloud: CloudId;
  readonly row: FaultRow;
  readonly destroys: readonly FaultRow[];
}

export interface Played {
  readonly outcomes: readonly Outcome[];
  /** Each run, to look at where it was not as it should be. */
  readonly runs: readonly Finished[];
  /** What the clouds hold of it after all, a last destroy without a fault included. */
  readonly left: readonly string[];
}

/** All that the table asks to be run on these clouds. */
export function storiesOf(clouds: readonly CloudId[]): readonly Story[] {
  return clouds.flatMap((cloud) =>
    faultTable.filter((row) => isPlayed(expectedIn(row, cloud, 'apply'))).map((row) => ({ cloud, row, destroys: destroysOn(row.fault, cloud) })),
  );
}

/** Those that end the lab come last. */
function destroysOn(lab: FaultKind, cloud: CloudId): readonly FaultRow[] {
  const played = faultTable.flatMap((row) => {
    const expected = expectedIn(row, cloud, 'destroy');
    return isPlayed(expected) && 'lab' in row.destroy && row.destroy.lab === lab ? [{ row, endsLab: expected.exitCode === 0 }] : [];
  });
  return [...played.filter(({ endsLab }) => !endsLab), ...played.filter(({ endsLab }) => endsLab)].map(({ row }) => row);
}

/** Plays a story with the real terraform on simulated clouds, and ends what it has left. */
export async function playStory(place: Workplace, story: Story): Promise<Played> {
  if (story.row.alone !== true) return playIn(place, story);
  const own = createWorkplace();
  try {
    return await playIn(own, story);
  } finally {
    own.remove();
  }
}

async function playIn(place: Workplace, { cloud, row, destroys }: Story): Promise<Played> {
  const { fault, fields = {} } = row;
  const runs: Finished[] = [];
  const outcomes: Outcome[] = [];
  const applied = await applyRehearsed(place, { name: `f-${fault}-${cloud}`, cloud, ...fields }, ['--fault', specOf(row, cloud, 'apply')]);
  const { session } = applied;
  const look = async (run: Finished, of: FaultRow, phase: FaultPhase): Promise<Outcome> => {
    const outcome = outcomeOf(run, session, await leftInClouds(place, session), { fault: of.fault, cloud, phase });
    runs.push(run);
    outcomes.push(outcome);
    return outcome;
  };
  let { left } = await look(applied, row, 'apply');
  for (const next of destroys) {
    if (left === 'nothing') throw new Error(`${cloud}: the lab of ${fault} is gone before ${next.fault} could be tried on it`, { cause: outcomes });
    const destroyed = await place.run(['destroy', session, '--rehearse', '--auto-approve', '--json', '--fault', specOf(next, cloud, 'destroy')]);
    ({ left } = await look(destroyed, next, 'destroy'));
  }
  if (left === 'nothing') return { outcomes, runs, left: [] };
  const ended = await place.run(['destroy', session, '--auto-approve', '--json']);
  const after = (await leftInClouds(place, session)).map(({ id }) => id);
  return { outcomes, runs: [...runs, ended], left: ended.exitCode === 0 ? after : [`destroy ended with ${ended.exitCode ?? 'nothing'}`, ...after] };
}
