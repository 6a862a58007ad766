import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { machinePlace } from '../../../src/local/qemu/place.ts';
import { writeWatchdog } from '../../../src/local/qemu/watchdog.ts';
import { workingBelow } from '../../support/working-below.ts';

it.skipIf(process.platform !== 'linux')('a watchdog whose machine ends at once leaves no process, and says how it ended', { timeout: 180_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'labtui-watchdog-'));
  const place = machinePlace(join(root, 'machine'), { HOME: root });
  try {
    mkdirSync(place.directory);
    await writeWatchdog(place);
    for (let round = 0; round < 10; round += 1) {
      const ends = Array.from({ length: 10 }, (_, index) => join(root, `ended-${index}`));
      const started = ends.map((end) => execa(place.watchdog, [place.deadline, end, 'sh', '-c', 'exit 7'], { cwd: place.directory, detached: true, stdio: 'ignore', reject: false }));
      const pids = started.map(({ pid }) => pid ?? 0);
      await Promise.all(started);
      expect(ends.map((end) => readFileSync(end, 'utf8'))).toEqual(pids.map((pid) => `7 ${pid}\n`));
    }
    // One that has not heard the end looks for it every five seconds.
    await expect.poll(() => workingBelow(root).map(({ words }) => words.join(' '))).toEqual([]);
  } finally {
    for (const { pid } of workingBelow(root)) process.kill(pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
});
