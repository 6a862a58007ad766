import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectedIn, faultPhases, faultTable, isPlayed } from '../faults/fault-table.ts';
import { cellsOf, faultPage, renderPage } from '../faults/page.ts';
import { storiesOf } from '../faults/play-story.ts';
import { simulatedClouds } from '../support/rehearsal.ts';

const page = readFileSync(faultPage, 'utf8');
const cells = cellsOf(page);

describe('docs/faults.md (npm run docs:faults writes it anew; the end-to-end test holds its words to what is said)', () => {
  it('has the exit code and the kind of the fault table, in each phase of every cloud', () => {
    const expected = faultTable.flatMap((row) =>
      simulatedClouds.flatMap((cloud) =>
        faultPhases.flatMap((phase) => {
          const cell = expectedIn(row, cloud, phase);
          return !isPlayed(cell) ? [] : [`${row.fault} ${cloud} ${phase}: ${cell.exitCode}${cell.kind === null ? '' : ` ${cell.kind}`}`];
        }),
      ),
    );
    expect(cells.map(({ fault, cloud, phase, exit }) => `${fault} ${cloud} ${phase}: ${exit}`).toSorted()).toEqual(expected.toSorted());
    expect(expected.length).toBeGreaterThan(80);
  });

  it('is made of nothing else: its cells, the table and the guide of faults give the same page again', () => {
    expect(renderPage(cells, simulatedClouds)).toBe(page);
  });

  it('says what to type wherever something went wrong, and what still stands where something is left', () => {
    for (const { fault, cloud, phase, exit, says, hint, left } of cells) {
      const where = [fault, cloud, phase].join(' ');
      if (exit !== '0') expect(hint, where).toMatch(/\w/);
      expect(says, where).toMatch(/\w/);
      if (exit.startsWith('7')) expect(left, where).toContain('labtui destroy SESSION');
    }
  });

  it('is recorded: every cell of the table belongs to a story that is played', () => {
    const played = storiesOf(simulatedClouds).flatMap(({ cloud, row, destroys }) => [`${row.fault} ${cloud} apply`, ...destroys.map(({ fault }) => `${fault} ${cloud} destroy`)]);
    expect(played.toSorted()).toEqual(cells.map(({ fault, cloud, phase }) => `${fault} ${cloud} ${phase}`).toSorted());
  });
});
