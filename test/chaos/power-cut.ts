import { copyFileSync, cpSync, existsSync, lstatSync, lutimesSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Workplace } from '../support/labtui.ts';
import { afterPowerCut, type Random } from '../support/power-cut/after-power-cut.ts';
import { type DiskOperation, readOperations } from '../support/power-cut/operation.ts';

/** What labtui writes to its sessions directory, and to the ledger beside its simulated world; the world itself loses no power. */
const leftOut = String.raw`^\.rehearsal(?!/ledger(/|$))`;

export interface DiskRecording {
  /** For the labtui that is to be recorded. */
  readonly env: Readonly<Record<string, string>>;
  /** Every process has been killed: puts onto the disk what it would hold had the power gone, too. */
  cut(random: Random): void;
}

/** Bundles what labtui is to load first, to record its disk. */
export async function bundleRecorder(directory: string): Promise<string> {
  const outfile = join(directory, 'power-cut.mjs');
  await build({ entryPoints: [join(import.meta.dirname, '../support/power-cut/preload.ts')], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' });
  return outfile;
}

/** From here on: what is there already is sure. */
export function recordDiskOf({ home, sessions }: Workplace, recorder: string): DiskRecording {
  const log = join(mkdtempSync(join(home, 'power-')), 'operations');
  const present = filesBelow(sessions)
    .filter((path) => !new RegExp(leftOut).test(path) && lstatSync(join(sessions, path)).isFile())
    .map((path, index): DiskOperation => ({ op: 'found', path, file: -1 - index, data: readFileSync(join(sessions, path)) }));
  return {
    env: { NODE_OPTIONS: `--import=${recorder}`, POWER_CUT_ROOT: sessions, POWER_CUT_LOG: log, POWER_CUT_LEFT_OUT: leftOut },
    cut: (random) => {
      const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
      // The last line may be cut off as well.
      const operations = readOperations(text.slice(0, text.lastIndexOf('\n') + 1));
      const kept = join(dirname(log), 'kept');
      const recorded = new Set(operations.flatMap(pathsOf));
      // Of what it never touched, such as Terraform's states, what is there now counts.
      afterPowerCut([...present.filter((found) => pathsOf(found).some((path) => recorded.has(path))), ...operations], kept, random);
      for (const place of placesIn(recorded)) putBack(place, { sessions, kept, recorded, random });
    },
  };
}

function pathsOf(operation: DiskOperation): readonly string[] {
  if ('path' in operation) return [operation.path];
  return 'from' in operation ? [operation.from, operation.to] : [];
}

/** A session, live or archived, and the ledger. */
function placesIn(paths: ReadonlySet<string>): readonly { readonly all: readonly string[] }[] {
  const ids = new Set([...paths].flatMap((path) => /^(?:\.archive\/)?([^./][^/]*)/.exec(path)?.[1] ?? []));
  const ledger = [...paths].some((path) => path.startsWith('.rehearsal/ledger')) ? [{ all: ['.rehearsal/ledger'] }] : [];
  return [...[...ids].map((id) => ({ all: [id, join('.archive', id)] })), ...ledger];
}

interface Disk {
  readonly sessions: string;
  readonly kept: string;
  readonly recorded: ReadonlySet<string>;
  readonly random: Random;
}

const minuteMs = 60_000;

/** In the place of what is there: what was kept of what labtui wrote, and what others wrote, Terraform's states as it leaves them. */
function putBack({ all }: { readonly all: readonly string[] }, { sessions, kept, recorded, random }: Disk): void {
  const aMinuteAgo = new Date(Date.now() - minuteMs);
  const target = all.find((place) => existsSync(join(kept, place)));
  for (const place of all) {
    const present = join(sessions, place);
    if (!existsSync(present)) continue;
    if (target !== undefined) {
      for (const path of filesBelow(present)) {
        if (all.some((one) => recorded.has(join(one, path))) || existsSync(join(kept, target, path))) continue;
        mkdirSync(dirname(join(kept, target, path)), { recursive: true, mode: 0o700 });
        if (path.endsWith('terraform.tfstate')) writeFileSync(join(kept, target, path), unsynced(readFileSync(join(present, path)), random), { mode: 0o600 });
        else if (lstatSync(join(present, path)).isSymbolicLink()) cpSync(join(present, path), join(kept, target, path), { verbatimSymlinks: true });
        else copyFileSync(join(present, path), join(kept, target, path));
      }
    }
    rmSync(present, { recursive: true, force: true });
  }
  if (target === undefined) return;
  // A computer without power is off for a while.
  for (const path of filesBelow(join(kept, target))) lutimesSync(join(kept, target, path), aMinuteAgo, aMinuteAgo);
  mkdirSync(dirname(join(sessions, target)), { recursive: true, mode: 0o700 });
  renameSync(join(kept, target), join(sessions, target));
}

/** Terraform writes its state in place and syncs nothing. */
function unsynced(content: Buffer, random: Random): Buffer {
  const chance = random();
  if (chance < 0.5) return content;
  if (chance < 0.75) return content.subarray(0, Math.floor(random() * content.length));
  return Buffer.alloc(content.length);
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}
