import type { Ref } from '../engine/resource.ts';
import type { World } from '../engine/world.ts';
import { answers } from './guest.ts';

const everyMs = 500;

interface Watched {
  readonly ref: Ref;
  readonly bootedAtMs: number | null;
  readonly onDown: () => void;
}

interface Watch {
  readonly watched: Set<Watched>;
  timer: NodeJS.Timeout | null;
}

/** One look at the world for all the connections of this process. */
const watches = new WeakMap<World, Watch>();

/** Calls back once when the machine goes down, is gone, or has started anew. The function returned ends the watch. */
export function watchMachine(world: World, watched: Watched): () => void {
  const watch: Watch = watches.get(world) ?? { watched: new Set(), timer: null };
  watches.set(world, watch);
  watch.watched.add(watched);
  const look = async () => {
    const down = await world
      .read((view) =>
        [...watch.watched].filter(({ ref: { cloud, id }, bootedAtMs }) => {
          const machine = view.get(cloud, id)?.machine;
          return machine?.bootedAtMs !== bootedAtMs || !answers(machine, view.nowMs);
        }),
      )
      // A world that cannot be read for a moment is no reason to hang up.
      .catch((): readonly Watched[] => []);
    for (const each of down) {
      watch.watched.delete(each);
      each.onDown();
    }
    watch.timer = watch.watched.size === 0 ? null : later();
  };
  const later = () => setTimeout(() => void look(), everyMs).unref();
  watch.timer ??= later();
  return () => void watch.watched.delete(watched);
}
