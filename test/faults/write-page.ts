import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace } from '../support/labtui.ts';
import { simulatedClouds } from '../support/rehearsal.ts';
import { cellOf, faultPage, type PageCell, renderPage } from './page.ts';
import { playStory, storiesOf } from './play-story.ts';

// `npm run docs:faults`: runs every cell of the fault table with labtui as it is built, and writes docs/faults.md of what came. Minutes.

const atATime = 4;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Every cell that the table has. Rejects, when all are played, where one left something or could not be played. */
async function record(): Promise<readonly PageCell[]> {
  const stories = storiesOf(simulatedClouds);
  const place = createWorkplace();
  const cells: PageCell[] = [];
  const complaints: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let story = stories[next++]; story !== undefined; story = stories[next++]) {
      const name = `${story.cloud} ${story.row.fault}`;
      try {
        const { outcomes, left } = await playStory(place, story);
        cells.push(...outcomes.map(cellOf));
        if (left.length > 0) complaints.push(`${name}: left at the end: ${left.join(', ')}`);
      } catch (error) {
        complaints.push(`${name}: ${inspect(error)}`);
      }
      say(`${cells.length} cells, ${name}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atATime }, worker));
  } finally {
    place.remove();
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return cells;
}

const missing = await missingTools(['terraform']);
if (missing === null) writeFileSync(faultPage, renderPage(await record(), simulatedClouds));
else {
  say(missing);
  process.exitCode = 4;
}
