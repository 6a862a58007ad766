import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { invalidInput, LabError } from '../../../core/errors.ts';
import type { LabContext } from '../../context.ts';
import { sessionsRoot } from '../../sessions.ts';

/** Where the files of a run are on its machines, below the login user's home. */
export const workDirectory = 'labtui-run';

/** What is copied to each machine. */
export interface RunFiles {
  readonly items: readonly RunFile[];
  /** By absolute path: what stays here. */
  readonly leftOut: (path: string) => boolean;
}

export interface RunFile {
  /** Absolute; a directory with `/.` behind it brings what is in it. */
  readonly source: string;
  /** The directory that it comes into, relative to the home. */
  readonly into: string;
}

export interface RunFilesWanted {
  /** Paths; false: nothing is copied. Absent: all of the working directory. */
  readonly copy: readonly string[] | false | undefined;
  /** Names of files and directories that stay here, wherever they are. */
  readonly exclude: readonly string[];
  /** Where results go, and went before: never copied. Absolute. */
  readonly outputs: readonly string[];
}

/** The files that a run needs. Throws invalid-input and not-found for what is named; the sessions, with their keys, never go along. */
export function runFiles({ copy, exclude, outputs }: RunFilesWanted, context: LabContext): RunFiles {
  const sessions = realPath(resolve(context.cwd, sessionsRoot(context)));
  const kept = new Set([sessions, ...outputs.map(realPath)]);
  const [names, keptNames] = [new Set(exclude), new Set([...kept].map((path) => basename(path)))];
  // By name first: asking the file system of every file would take its time.
  const leftOut = (path: string): boolean => names.has(basename(path)) || (keptNames.has(basename(path)) && kept.has(realPath(path)));
  if (copy === false) return { items: [], leftOut };
  if (copy === undefined) {
    if (context.cwd === context.home || dirname(context.cwd) === context.cwd) {
      throw invalidInput(`the working directory is ${context.cwd}: all of that is not copied to a machine unasked`, '--copy PATH   what the command needs, or --no-copy');
    }
    return { items: [{ source: `${context.cwd}/.`, into: workDirectory }], leftOut };
  }
  return { items: copy.map((path) => named(path, context.cwd, sessions)), leftOut };
}

/** Whatever links lead there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What is below the working directory keeps its place in it; anything else comes into it by its name. */
function named(path: string, cwd: string, sessions: string): RunFile {
  const source = resolve(cwd, path);
  if (!existsSync(source)) throw new LabError({ kind: 'not-found', summary: `--copy ${path}: no such file or directory` });
  const real = realPath(source);
  if (real === sessions || real.startsWith(sessions + sep)) throw invalidInput(`--copy ${path}: the sessions, with their keys, are not copied to a machine`);
  const place = relative(cwd, source);
  if (place === '') return { source: `${source}/.`, into: workDirectory };
  const isBelow = !place.startsWith('..') && !isAbsolute(place);
  const folder = isBelow && dirname(place) !== '.' ? `${workDirectory}/${dirname(place).split(sep).join('/')}` : workDirectory;
  // A name alone: `DIR/` would be taken as what is in it.
  return { source: statSync(source).isDirectory() ? source.replace(/\/+$/, '') : source, into: folder };
}
