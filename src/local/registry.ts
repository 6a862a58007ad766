import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { thisComputer } from '../platform/computer-identity.ts';
import { durableWrite, ensurePrivateDirectory, isTemporaryName } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { registryDirectory } from './registry-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const entrySchema = z.object({
  v: z.literal(1),
  type: z.enum(['local_machine', 'local_disk']),
  id: z.string(),
  /** The machine's. */
  name: z.string(),
  /** Absolute. */
  directory: z.string(),
  socket: z.string(),
  tags: z.record(z.string(), z.string()),
  /** Of the computer that it is on: a home directory may be shared by several. null: it does not tell. */
  computer: z.string().nullable(),
  running: z.object({ process: z.object({ pid: z.int(), startTime: z.string(), argumentsSha256: z.string() }), watchdogPid: z.int() }).nullable(),
});

/** What is known of a machine, or of its disk, apart from its own directory. */
export type Registered = Omit<z.output<typeof entrySchema>, 'v' | 'computer'>;

/** Durably: before it is made, and again with each change. */
export async function register(resource: Registered, environment: Environment): Promise<void> {
  const directory = registryDirectory(environment);
  await ensurePrivateDirectory(directory);
  const entry: z.output<typeof entrySchema> = { v: 1, ...resource, computer: thisComputer().machine };
  await durableWrite(join(directory, `${resource.id}.json`), `${JSON.stringify(entry, null, 2)}\n`);
}

export async function unregister(id: string, environment: Environment): Promise<void> {
  const directory = registryDirectory(environment);
  await rm(join(directory, `${id}.json`), { force: true });
  await removeAbandoned(directory);
}

/** No write takes that long: its writer was killed. */
const abandonedMs = 3_600_000;

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of (await namesIn(directory)).filter(isTemporaryName)) {
    const file = join(directory, name);
    const writtenMs = await stat(file).then(({ mtimeMs }) => mtimeMs, () => Date.now());
    if (Date.now() - writtenMs > abandonedMs) await rm(file, { force: true });
  }
}

/** Everything that was registered on this computer and not taken out again. */
export async function registered(environment: Environment): Promise<readonly Registered[]> {
  const directory = registryDirectory(environment);
  const names = await namesIn(directory);
  const read = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => entryIn(join(directory, name))));
  const here = thisComputer().machine;
  return read.flatMap((entry) => (entry?.computer === here ? [entry] : []));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function entryIn(file: string): Promise<z.output<typeof entrySchema> | null> {
  try {
    return entrySchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
