import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireCacheLock } from '../../../src/terraform/cache-lock.ts';
import { createTerraform } from '../../../src/terraform/terraform.ts';
import type { OutsideTask } from './outside-process.ts';

// Another labtui, in a process of its own: told what to do in its argument, prints JSON lines.
const task = JSON.parse(process.argv[2] ?? '') as OutsideTask;
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const abort = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    print({ signal: name });
    abort.abort();
  });
}

if (task.do === 'terraform') {
  const { cacheDir, terraformBin, directory } = task;
  const terraform = createTerraform({
    environment: process.env,
    homeDir: homedir(),
    workingDirectory: process.cwd(),
    cacheDir,
    terraformBin,
    now: () => new Date(),
  });
  const call = { directory, passEnvironment: [], signal: abort.signal, onMessage: print };
  print({ outcome: await (task.command === 'apply' ? terraform.apply({ ...call, planFile: null }) : terraform.destroy(call)) });
} else if (task.do === 'hold-lock') {
  const lock = await acquireCacheLock(task.file, { signal: abort.signal, onMessage: print });
  print({ locked: true });
  await sleep(task.holdMs);
  await lock?.release();
} else {
  for (let done = 0; done < task.times; done += 1) {
    const lock = await acquireCacheLock(task.lock, { signal: abort.signal, onMessage: print });
    const count = Number(await readFile(task.counter, 'utf8'));
    await sleep(5);
    await writeFile(task.counter, String(count + 1));
    await lock?.release();
  }
}
