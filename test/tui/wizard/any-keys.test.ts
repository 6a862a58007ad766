import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import { splitWords } from '../../../src/tui/model/words.ts';
import { commandText, labArgs } from '../../../src/tui/screens/wizard/command.ts';
import { glyphsFor } from '../../../src/tui/theme.ts';
import { sharedOf } from '../../../src/tui/model/app.ts';
import { wizardRows } from '../../../src/tui/screens/wizard/view/wizard-rows.ts';
import { frameOf } from '../frame.tsx';
import { loggedIn, WizardStory } from './wizard-story.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'labtui-wizard-keys-'));
  writeFileSync(join(cwd, 'mine.yaml'), 'distro: rocky@9\ncloud: [aws, gcp]\nsize: t3.large\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const keys = ['enter', 'enter', 'down', 'down', 'up', 'left', 'right', 'space', 'tab', 'home', 'end', 'pagedown', 'escape', '/', 'r', 'R', 'c', 'p', 'x', 'v', 'w', 'u', 'e', 'backspace', 'ctrl-u', '<2>', '<m>', '<a=b>', '<none>', '<t3.large>', '<日本>'] as const;

it('whatever is pressed, the wizard fits the screen, its command line can be split again, and nothing is created unasked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...keys), { maxLength: 60 }), fc.constantFrom([40, 8], [60, 16], [80, 24], [160, 50]), fc.boolean(), async (pressed, [columns = 80, rows = 24], unicode) => {
      const story = await new WizardStory(cwd, { unchanging: true, size: { columns, rows }, identities: { aws: loggedIn('aws') } }).answer();
      for (const key of pressed) {
        // A leaving is undone: this is about what is inside.
        if (key === 'escape' && story.wizard.step === 'distro' && story.wizard.editing === null && story.wizard.panel === null && story.wizard.filter === '') continue;
        const plannable = story.wizard.review?.outcome?.ok === true;
        const before = story.effects.length;
        story.press(key);
        await story.answer();
        const { wizard } = story;
        const lines = wizardRows(wizard, { columns, rows: rows - 5, glyphs: glyphsFor(unicode), shared: sharedOf(story.app) });
        expect(lines).toHaveLength(rows - 5);
        expect(splitWords(commandText(labArgs(wizard.request, wizard.base)))?.slice(1)).toEqual(labArgs(wizard.request, wizard.base));
        const starts = story.effects.slice(before).filter(({ effect }) => effect.do === 'start');
        if (starts.length > 0) expect([key, plannable]).toEqual(['enter', true]);
      }
      const frame = frameOf(story.app);
      expect(frame).toHaveLength(rows);
      expect(frame.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }),
    { numRuns: 30, seed: 20_261_121 },
  );
});
