import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './stack-folder.ts';

export interface FakeBehaviour {
  /** @default 1.11.4 */
  readonly version?: string;
  readonly stdout?: readonly string[];
  readonly stderr?: string;
  /** Stays until this many ms after the first SIGINT, counting them; null: ends at once. */
  readonly lingerMs?: number | null;
  readonly exitCode?: number;
}

export interface FakeRun {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Session of the process: its own number where it leads one. */
  readonly session: number;
  /** Signals it got; known once it has ended. */
  readonly signals: readonly string[];
}

export interface FakeTerraform {
  readonly binary: string;
  readonly behave: (behaviour: FakeBehaviour) => Promise<void>;
  /** Every run but `version`, in order. */
  readonly runs: () => Promise<readonly FakeRun[]>;
}

const script = `#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');
const folder = path.dirname(fs.realpathSync(process.argv[1]));
const behaviour = JSON.parse(fs.readFileSync(path.join(folder, 'behaviour.json'), 'utf8'));
const argv = process.argv.slice(2);
if (argv[0] === 'version') {
  console.log(JSON.stringify({ terraform_version: behaviour.version ?? '1.11.4', platform: 'linux_amd64' }));
} else {
  const signals = [];
  const stat = fs.readFileSync('/proc/self/stat', 'utf8');
  const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  const end = () => {
    fs.appendFileSync(path.join(folder, 'runs.ndjson'), JSON.stringify({ argv, env: process.env, pid: process.pid, session, signals }) + '\\n');
    process.exit(behaviour.exitCode ?? 0);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      signals.push(name);
      if (signals.length === 1) setTimeout(end, behaviour.lingerMs ?? 0);
    });
  }
  for (const line of behaviour.stdout ?? []) fs.writeSync(1, line + '\\n');
  fs.writeSync(2, behaviour.stderr ?? '');
  if (behaviour.lingerMs === undefined || behaviour.lingerMs === null) end();
  else setTimeout(end, 20000);
}
`;

/** A terraform that does as it is told and writes down what it was given. */
export async function fakeTerraform(behaviour: FakeBehaviour = {}): Promise<FakeTerraform> {
  const folder = await temporaryFolder();
  const binary = join(folder, 'terraform');
  await writeFile(binary, script, { mode: 0o755 });
  const behave = (next: FakeBehaviour): Promise<void> => writeFile(join(folder, 'behaviour.json'), JSON.stringify(next));
  await behave(behaviour);
  return {
    binary,
    behave,
    runs: async () => {
      const text = await readFile(join(folder, 'runs.ndjson'), 'utf8').catch(() => '');
      return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as FakeRun);
    },
  };
}

/** An executable file with exactly this content. */
export async function executable(content: string, name = 'terraform', mode = 0o755): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, content, { mode });
  return file;
}
