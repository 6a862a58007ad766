import { stripVTControlCharacters } from 'node:util';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FrameOutput } from '../../../src/tui/terminal/frame-output.ts';
import { randomFrom } from '../../support/random.ts';

type Transformer = (line: string, index: number) => string;

interface OutputLike {
  clip(clip: { readonly x1?: number; readonly x2?: number; readonly y1?: number; readonly y2?: number }): void;
  unclip(): void;
  write(x: number, y: number, text: string, options: { readonly transformers: readonly Transformer[] }): void;
  get(): { readonly output: string; readonly height: number };
}

const size = { width: 40, height: 8 };

async function inkOutput(): Promise<OutputLike> {
  const file = new URL('output.js', import.meta.resolve('ink'));
  const { default: Output } = (await import(pathToFileURL(file.pathname).href)) as { default: new (options: typeof size) => OutputLike };
  return new Output(size);
}

function frame(output: OutputLike): readonly string[] {
  return stripVTControlCharacters(output.get().output).split('\n').map((line) => line.trimEnd());
}

/** Texts side by side, one over the other, outside of the screen, cut, styled and of several lines. */
function draw(output: OutputLike, seed: number): void {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let count = 1 + below(12); count > 0; count -= 1) {
    const text = Array.from({ length: 1 + below(3) }, () => 'abcdefghijklmnopqrstuvwxyz─▸'.slice(below(10), 11 + below(17))).join('\n');
    const clipped = below(3) === 0;
    const x1 = below(20);
    const y1 = below(4);
    if (clipped) output.clip({ x1, x2: x1 + 4 + below(20), y1, y2: y1 + 1 + below(5) });
    const colour = below(8);
    const style: Transformer = (line) => `\u001b[3${colour}m${line}\u001b[39m`;
    output.write(below(20), below(size.height), text, { transformers: below(2) === 0 ? [] : [style] });
    if (clipped) output.unclip();
  }
}

describe('FrameOutput', () => {
  it('puts a frame together as Ink does', async () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const [own, ink] = [new FrameOutput(size), await inkOutput()];
      draw(own, seed);
      draw(ink, seed);
      expect(frame(own), `seed ${seed}`).toEqual(frame(ink));
    }
  });

  it('draws what is below the styles of a piece in its own', () => {
    const output = new FrameOutput({ width: 10, height: 1 });
    output.write(0, 0, '\u001b[31mabcdef\u001b[39m', { transformers: [] });
    output.write(2, 0, 'XX', { transformers: [] });
    expect(output.get().output).toBe('\u001b[31mab\u001b[39mXX\u001b[31mef\u001b[39m');
  });
});
