import { join } from 'node:path';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import type { WorldRecord } from './change.ts';
import type { Engine } from './engine.ts';
import { createWorld, type WorldStorage } from './world-core.ts';
import { WorldFiles } from './world-files.ts';
import { WorldLock } from './world-lock.ts';
import type { CloudModel, JournalEntry, World } from './world.ts';

export interface DiskWorldOptions {
  readonly models: readonly CloudModel[];
  /** The computer's clock, in ms. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** One lock serves the calls that wait in this process, but for no longer than this. */
const turnMs = 10;

/**
 * Opens the world in a directory, or makes one there. Several processes may have it open. Rejects with a LabError of kind
 * state where it was made by a newer labtui or is damaged.
 */
export async function openWorld(directory: string, { models, now = Date.now }: DiskWorldOptions): Promise<World> {
  await ensurePrivateDirectory(directory);
  const lock = new WorldLock(join(directory, 'lock'));
  const files = WorldFiles.open(directory) ?? (await lock.hold(() => WorldFiles.create(directory)));
  const byCloud = new Map(models.map((model) => [model.cloud, model]));
  return createWorld(new DiskStorage(directory, lock, files, byCloud), now);
}

/** A call that waits for its turn. */
interface Waiting {
  /** Does the work; what it returns tells the caller, once the records are kept. */
  readonly work: (engine: Engine) => () => void;
  readonly failed: (error: unknown) => void;
}

class DiskStorage implements WorldStorage {
  readonly directory: string;
  readonly #lock: WorldLock;
  readonly #models: Engine['models'];
  readonly #waiting: Waiting[] = [];
  readonly #records: WorldRecord[] = [];
  #files: WorldFiles;
  #isServing = false;

  constructor(directory: string, lock: WorldLock, files: WorldFiles, models: Engine['models']) {
    this.directory = directory;
    this.#lock = lock;
    this.#files = files;
    this.#models = models;
  }

  engine(): Engine {
    return { state: this.#files.state, models: this.#models, emit: (record) => this.#records.push(record) };
  }

  refresh(): void {
    try {
      this.#files.catchUp();
    } catch {
      // Read while another cut a torn line off and wrote its own in its place: a second look sees that one whole.
      this.#files.catchUp();
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a damaged journal becomes a rejection
  async journal(last: number): Promise<readonly JournalEntry[]> {
    return this.#files.journal(last);
  }

  exclusive<T>(work: (engine: Engine) => T): Promise<T> {
    return new Promise((resolve, failed) => {
      this.#waiting.push({
        failed,
        work: (engine) => {
          try {
            const value = work(engine);
            return () => resolve(value);
          } catch (error) {
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- handed on as it was thrown
            return () => failed(error);
          }
        },
      });
      if (!this.#isServing) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.length > 0) {
      const served: Waiting[] = [];
      try {
        const answers = await this.#lock.hold(() => this.#turn(served));
        for (const answer of answers) answer();
      } catch (error) {
        // Without a turn it is the lock or the world that fails, and everybody who waits hears of it.
        for (const { failed } of served.length > 0 ? served : this.#waiting.splice(0)) failed(error);
      }
    }
    this.#isServing = false;
  }

  /** Under the lock. */
  #turn(served: Waiting[]): readonly (() => void)[] {
    this.#files.catchUp();
    this.#files.cutTornLine();
    const answers: (() => void)[] = [];
    const engine = this.engine();
    const untilMs = performance.now() + turnMs;
    do {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      served.push(next);
      answers.push(next.work(engine));
    } while (performance.now() < untilMs);
    try {
      this.#files.append(this.#records.splice(0));
    } catch (error) {
      this.#reload();
      throw error;
    }
    return answers;
  }

  /** What this process has in memory is not what could be written. */
  #reload(): void {
    const again = WorldFiles.open(this.directory);
    if (again === null) return;
    this.#files.close();
    this.#files = again;
  }
}
