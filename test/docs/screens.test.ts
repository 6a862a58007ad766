import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/core/display-width.ts';
import { folder, screenPictures } from './screens.ts';

describe('the pictures of the interface', { timeout: 120_000 }, () => {
  it('are as the interface is (npm run docs draws them anew), and within their size', async () => {
    const pictures = await screenPictures();
    expect(readdirSync(folder).toSorted()).toEqual([...pictures.keys()].toSorted());
    for (const [name, text] of pictures) {
      expect([name, readFileSync(join(folder, name), 'utf8')]).toEqual([name, text]);
      const [, columns, rows] = /-(\d+)x(\d+)\.txt$/.exec(name) ?? [];
      if (columns === undefined) continue;
      const lines = text.split('\n').slice(0, -1);
      expect([name, lines.length]).toEqual([name, Number(rows)]);
      for (const line of lines) expect([name, line, displayWidth(line) <= Number(columns)]).toEqual([name, line, true]);
    }
  });
});
