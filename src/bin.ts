#!/usr/bin/env node
// Kept tiny: `labtui --version` costs little more than node itself.
declare const LABTUI_VERSION: string;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const only = process.argv.length === 3 ? process.argv[2] : undefined;

if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write(`error: labtui needs Node.js 20.12 or later, this is ${process.versions.node}\n  try:   nvm install 22\n`);
  process.exitCode = 4;
} else if (only === '--version' || only === '-V') {
  process.stdout.write(`${LABTUI_VERSION}\n`);
} else {
  const { main } = await import('./cli/main.ts');
  await main(process.argv.slice(2), LABTUI_VERSION);
}
