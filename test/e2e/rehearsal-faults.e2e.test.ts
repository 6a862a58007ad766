import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultKinds } from '../../src/rehearsal/engine/fault.ts';
import { expectedIn, faultTable, isPlayed } from '../faults/fault-table.ts';
import { cellOf, cellsOf, faultPage } from '../faults/page.ts';
import { playStory, storiesOf } from '../faults/play-story.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { simulatedClouds } from '../support/rehearsal.ts';

const skip = skipLoudly('faults in a rehearsal', await missingTools(['terraform']));

describe.skipIf(skip)('what goes wrong in a cloud: exit code, kind, words as docs/faults.md has them, and nothing left', () => {
  let place: Workplace;
  const page = cellsOf(readFileSync(faultPage, 'utf8'));
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());

  it('has a row for every fault', () => {
    expect(faultTable.map(({ fault }) => fault)).toEqual(faultKinds);
  });

  const cases = storiesOf(simulatedClouds).map((story) => ({ ...story, fault: story.row.fault }));
  it.concurrent.each(cases)('$cloud: $fault', async (story) => {
    const { outcomes, runs, left } = await playStory(place, story);
    expect(outcomes.map(({ fault }) => fault)).toEqual([story.row, ...story.destroys].map(({ fault }) => fault));
    for (const [index, outcome] of outcomes.entries()) {
      const row = faultTable.find(({ fault }) => fault === outcome.fault);
      const expected = row === undefined ? { never: 'there is no row' } : expectedIn(row, outcome.cloud, outcome.phase);
      if (!isPlayed(expected)) throw new Error(`${outcome.fault} in ${outcome.phase} on ${outcome.cloud} is not to be played`);
      const { exitCode, kind, hint } = expected;
      const said = runs[index]?.stdout.slice(-3_000);
      expect({ ...outcome, ran: runs[index]?.exitCode }, said).toMatchObject({ exitCode, kind, ran: exitCode });
      if (hint !== undefined) expect(outcome.hint, said).toMatch(hint);
      const isThis = ({ fault, cloud, phase }: typeof outcome | (typeof page)[number]): string => [fault, cloud, phase].join(' ');
      expect(page.find((cell) => isThis(cell) === isThis(outcome)), 'docs/faults.md: npm run docs:faults').toEqual(cellOf(outcome));
    }
    // A failed apply ends what it began; what stands by then goes with a destroy.
    for (const { phase, exitCode, left: stands } of outcomes) if (phase === 'apply' && exitCode !== 0 && exitCode !== 7) expect(stands).toBe('nothing');
    expect(left).toEqual([]);
  });
});
