// node test/support/run-typescript.mjs FILE.ts ARGS...: runs a TypeScript program of the tests under this very Node.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [entry = '', ...args] = process.argv.slice(2);
const work = mkdtempSync(join(here, '.run-'));

/** Files ask where they are, and the bundle is elsewhere. */
const ownPlace = {
  name: 'own-place',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
    }));
  },
};

try {
  const outfile = join(work, 'program.mjs');
  await build({
    entryPoints: [resolve(entry)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [ownPlace],
  });
  const { status, signal } = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' });
  process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1);
} finally {
  rmSync(work, { recursive: true, force: true });
}
