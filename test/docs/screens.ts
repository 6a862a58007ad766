import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { screenOf } from './screen-cells.ts';
import { svgOf } from './screen-svg.ts';

/** Where the pictures of the interface are. */
export const folder = resolve(import.meta.dirname, '../../docs/screens');
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 60, rows: 16 },
  { columns: 160, rows: 50 },
] as const;
/** Shown in README. */
const drawn: ReadonlySet<string> = new Set(['dashboard', 'wizard-size', 'wizard-review', 'run', 'run-ready', 'run-receipt']);

/** Every picture by its file's name: all screens as text in three sizes, some of them in colour. */
export async function screenPictures(): Promise<ReadonlyMap<string, string>> {
  // Looked at once, when Ink's colours are loaded.
  process.env.FORCE_COLOR = '1';
  const { frameOf } = await import('../tui/frame.tsx');
  const { screenStates } = await import('./screen-states.ts');
  const cwd = mkdtempSync(join(tmpdir(), 'labtui-screens-'));
  const files = new Map<string, string>();
  try {
    for (const size of sizes) {
      const { columns, rows } = size;
      for await (const { name, app } of screenStates(size, cwd)) {
        const { lines, cells } = await screenOf(frameOf(app), columns, rows);
        files.set(`${name}-${columns}x${rows}.txt`, `${lines.join('\n')}\n`);
        if (columns === 80 && drawn.has(name)) files.set(`${name}.svg`, svgOf(cells, columns));
      }
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  return files;
}

async function write(): Promise<void> {
  const files = await screenPictures();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

if (process.argv.includes('--write')) {
  // In one bundle, Ink's colours are loaded before any line of this file: they have to be asked for from outside.
  if (process.env.FORCE_COLOR === '1') await write();
  else await execa(process.execPath, process.argv.slice(1), { env: { FORCE_COLOR: '1' }, stdio: 'inherit' });
}
