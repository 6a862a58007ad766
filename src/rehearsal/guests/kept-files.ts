import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { World } from '../engine/world.ts';

/** A file that somebody wrote on a guest; `content` null: a directory. */
export interface KeptFile {
  readonly path: string;
  readonly mode: number;
  readonly modifiedS: number;
  readonly content: Buffer | null;
}

/** What was written on a guest's disk: it outlives the connection, in whatever process the next one is served. */
export interface KeptFiles {
  all(): readonly KeptFile[];
  keep(file: KeptFile): void;
  forget(path: string): void;
}

/** Where users keep files. The rest of a guest is made of what its machine is. */
const places = ['/home', '/root', '/srv', '/opt', '/usr/local', '/var/tmp', '/tmp'];

export function isKeptPlace(path: string): boolean {
  return places.some((place) => path.startsWith(`${place}/`));
}

const inMemory = new WeakMap<World, Map<string, Map<string, KeptFile>>>();

/** The disk of a machine: in the world's directory, or in memory where the world is. */
export function keptFiles(world: World, { cloud, id }: { readonly cloud: string; readonly id: string }): KeptFiles {
  const name = digest(`${cloud} ${id}`);
  return world.directory === null ? memoryFiles(world, name) : diskFiles(join(world.directory, 'guests', name));
}

function memoryFiles(world: World, name: string): KeptFiles {
  const guests = inMemory.get(world) ?? new Map<string, Map<string, KeptFile>>();
  inMemory.set(world, guests);
  const files = guests.get(name) ?? new Map<string, KeptFile>();
  guests.set(name, files);
  return { all: () => [...files.values()], keep: (file) => void files.set(file.path, file), forget: (path) => void files.delete(path) };
}

const header = z.object({ path: z.string(), mode: z.number(), modifiedS: z.number(), directory: z.boolean() });

/** A file each, named by its path's digest: a line of facts, then the content. */
function diskFiles(directory: string): KeptFiles {
  const fileOf = (path: string) => join(directory, digest(path));
  return {
    all: () => {
      let names: readonly string[] = [];
      try {
        names = readdirSync(directory).filter((name) => !name.endsWith('.tmp'));
      } catch {
        // Nobody has written anything there.
      }
      return names.flatMap((name) => readKept(join(directory, name)));
    },
    keep: ({ path, mode, modifiedS, content }) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const temporary = `${fileOf(path)}.${randomBytes(6).toString('hex')}.tmp`;
      const line = `${JSON.stringify({ path, mode, modifiedS, directory: content === null })}\n`;
      writeFileSync(temporary, content === null ? line : Buffer.concat([Buffer.from(line), content]), { mode: 0o600 });
      renameSync(temporary, fileOf(path));
    },
    forget: (path) => rmSync(fileOf(path), { force: true }),
  };
}

function readKept(file: string): readonly KeptFile[] {
  try {
    const bytes = readFileSync(file);
    const end = bytes.indexOf(10);
    const { path, mode, modifiedS, directory } = header.parse(JSON.parse(bytes.toString('utf8', 0, end)));
    return [{ path, mode, modifiedS, content: directory ? null : bytes.subarray(end + 1) }];
  } catch {
    // Removed by another connection at this very moment.
    return [];
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
