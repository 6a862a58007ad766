// Bundles labtui into dist/: one small file that starts it, one that programs import, and chunks that load when a command or a call needs them.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { writeDeclarations } from './declarations.mjs';

const outdir = 'dist';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

// CommonJS inside ESM needs a `require`; only Node's own modules are left to require. Made once, and when first used:
// making it costs half a millisecond in each of the chunks.
const banner = [
  "import { createRequire as __labtuiCreateRequire } from 'node:module';",
  'const require = (id) => (globalThis.__labtuiRequire ??= __labtuiCreateRequire(import.meta.url))(id);',
].join('\n');

/** Modules that are replaced: what they do is not done here. `absent` ones are not there, others fail when they are called. */
const stubs = [
  // ssh2's optional native code; it falls back to JavaScript and node:crypto.
  { filter: /\.node$/, reason: 'native modules are not bundled', absent: true },
  { filter: /^cpu-features$/, reason: 'native modules are not bundled', absent: true },
  // cdktf's TerraformAsset archives files by starting itself again; a lab has no assets.
  { filter: /^archiver$/, reason: 'Terraform assets are not used', absent: false },
];

const widthModule = "export { displayWidth as default } from './src/core/display-width.ts';";
const sliceModule = "export { sliceStyled as default } from './src/core/styled-slice.ts';";
const outputModule = "export { FrameOutput as default } from './src/tui/terminal/frame-output.ts';";

const stubPlugin = {
  name: 'stubs',
  setup({ onResolve, onLoad }) {
    for (const { filter, reason, absent } of stubs) {
      const failure = `throw Object.assign(new Error(${JSON.stringify(reason)}), { code: 'MODULE_NOT_FOUND' });`;
      const contents = absent ? failure : `module.exports = () => { ${failure} };`;
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'stub', pluginData: contents }));
    }
    // Commander starts programs only for subcommands that are programs of their own; loading this costs 10 ms.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/')
        ? { path: 'commander/child_process', namespace: 'stub', pluginData: 'module.exports = {};' }
        : undefined,
    );
    // Ink asks for React's developer tools where DEV=true is set, and fails where they are not installed: a user may well have that.
    onResolve({ filter: /^\.\/devtools\.js$/ }, ({ importer }) =>
      importer.includes('/node_modules/ink/') ? { path: 'ink/devtools', namespace: 'stub', pluginData: 'export {};' } : undefined,
    );
    // Widths of text are measured once, as core/display-width.ts has them: the packages' own measure disagrees with it on rare
    // characters, and compiles a pattern of all emoji (50 ms of a first frame).
    onResolve({ filter: /^string-width$/ }, () => ({ path: 'string-width', namespace: 'stub', pluginData: widthModule }));
    // Cutting styled text, and a frame's putting together, cell by cell: half of the time of a frame, and Intl.Segmenter's loading (25 ms).
    onResolve({ filter: /^slice-ansi$/ }, () => ({ path: 'slice-ansi', namespace: 'stub', pluginData: sliceModule }));
    onResolve({ filter: /^\.\/output\.js$/ }, ({ importer }) =>
      importer.includes('/node_modules/ink/build/') ? { path: 'ink/output', namespace: 'stub', pluginData: outputModule } : undefined,
    );
    // Half a megabyte that has to be read before the first frame. labtui's own code stays as it is, for stack traces.
    onLoad({ filter: /\/node_modules\/react(-reconciler)?\/cjs\/.*\.production\.js$/ }, async ({ path }) => ({
      contents: (await transform(readFileSync(path, 'utf8'), { minify: true, legalComments: 'inline' })).code,
    }));
    // Ink's layout engine would fetch its WebAssembly from a data: URL, which loads all of Node's HTTP client (60 ms of a first frame).
    // Where there is no fetch it decodes the text itself.
    onLoad({ filter: /\/yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
    }));
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ pluginData }) => ({ contents: pluginData, resolveDir: import.meta.dirname }));
  },
};

/** How labtui is bundled, from these entry points into that folder. */
export const bundleOptions = (entryPoints, folder) => ({
  entryPoints,
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: banner },
  define: {
    'process.env.NODE_ENV': '"production"',
    __dirname: 'import.meta.dirname',
    __filename: 'import.meta.filename',
    LABTUI_VERSION: JSON.stringify(version),
  },
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  plugins: [stubPlugin],
});

if (process.argv[1] === import.meta.filename) {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build(bundleOptions({ labtui: 'src/bin.ts', library: 'src/library/library.ts', 'cdktf-app': 'src/cli/cdktf-app.ts', rehearsal: 'src/rehearsal/main.ts', local: 'src/local/main.ts' }, outdir));
  chmodSync(join(outdir, 'labtui.js'), 0o755);
  writeDeclarations('src/library/library.ts', join(outdir, 'types'));
  writeFileSync(join(outdir, 'THIRD-PARTY-NOTICES.txt'), notices(metafile));
}

/** Licence and notice texts of every package whose code is in the bundle. */
function notices({ inputs }) {
  const folders = new Set();
  for (const input of Object.keys(inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const entries = [...folders].sort().map((folder) => {
    const { name, version: packageVersion, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return `${name} ${packageVersion} (${typeof license === 'string' ? license : 'see below'})\n\n${texts.join('\n\n') || `Licence text: see the package ${name}.`}`;
  });
  return `labtui contains code of these packages, each under its own licence.\n\n${entries.join(`\n\n${'-'.repeat(79)}\n\n`)}\n`;
}
