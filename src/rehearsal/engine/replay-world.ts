import { readHeader, readRecord } from './world-format.ts';
import { linesOf, partFile } from './world-parts.ts';
import { emptyWorld, type WorldSnapshot, WorldState } from './world-state.ts';

/** The world that the whole journal of a directory makes, without any snapshot; null where there is none. Throws a LabError where it is damaged. */
export function replayWorld(directory: string): WorldSnapshot | null {
  let state: WorldState | null = null;
  for (let part = 1; ; part += 1) {
    const [first, ...records] = linesOf(directory, part);
    if (first === undefined) return state?.snapshot() ?? null;
    const file = partFile(directory, part);
    state ??= new WorldState(emptyWorld(readHeader(file, first).seed));
    for (const line of records) state.apply(readRecord(file, line));
  }
}
