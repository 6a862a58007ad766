import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Distro, DistroCatalogue } from '../core/distro.ts';
import { LabError, type Problem } from '../core/errors.ts';
import { distroNamePattern, distroNamesIn, packagedDistros } from './distro-folders.ts';
import type { ImageCloud } from './distro-file.ts';
import { distroReader } from './distro-reader.ts';

/** One distribution file as `distros check` sees it. */
export interface CheckedDistro {
  readonly name: string;
  readonly file: string;
  /** The file of the same name that this one replaces; null where it replaces none. */
  readonly replaces: string | null;
  /** null: the file is right. */
  readonly problem: Problem | null;
}

/** The distributions of some folders. Files are read when asked for, and once. */
export interface InstalledDistros extends DistroCatalogue {
  /** Every distribution, by name. Rejects with invalid-input at the first wrong file. */
  all(): Promise<readonly Distro[]>;
  /** Every file, by name, with what is wrong in it. */
  check(): readonly CheckedDistro[];
}

/** Where distribution files are looked for, the first winning: `./distros`, the user's configuration, labtui's own. */
export function distroFolders(options: { readonly cwd: string; readonly configHome: string }): readonly string[] {
  const folders = [join(options.cwd, 'distros'), join(options.configHome, 'labtui', 'distros'), packagedDistros()];
  return [...new Set(folders.flatMap((folder) => (folder === null ? [] : [resolve(folder)])))];
}

/**
 * A catalogue of the distribution files in `folders`, as far as they speak of `clouds`, of which the first that has a name wins. A name reads only its own file;
 * an alias reads the files until one claims it. Throws invalid-input, with file, line and column, for a file that is wrong.
 */
export function createDistroCatalogue(folders: readonly string[], clouds: readonly ImageCloud[]): InstalledDistros {
  const read = remembered(distroReader(clouds));
  let listed: readonly string[] | null = null;
  const names = () => (listed ??= [...new Set(folders.flatMap((folder) => distroNamesIn(folder)))].sort());
  const filesOf = (name: string) => folders.map((folder) => join(folder, `${name}.yaml`)).filter((file) => existsSync(file));
  const load = (name: string): Distro | null => {
    const [file] = filesOf(name);
    return file === undefined ? null : read(name, file);
  };

  return {
    find: (name) => {
      const wanted = name.toLowerCase();
      return (distroNamePattern.test(wanted) ? load(wanted) : null) ?? findByAlias(wanted, names(), load);
    },
    get names() {
      return names();
    },
    all: () => Promise.resolve().then(() => names().flatMap((name) => load(name) ?? [])),
    check: () => names().map((name) => checked(name, filesOf(name), () => load(name))),
  };
}

/** One file by its path, as `distros check FILE` names it. */
export function checkDistroFile(file: string, clouds: readonly ImageCloud[]): CheckedDistro {
  const name = basename(file, '.yaml');
  return checked(name, [file], () => distroReader(clouds)(name, file));
}

/** A wrong file does not hide an alias in another one, but is reported where none has it: it may be its own. */
function findByAlias(alias: string, names: readonly string[], load: (name: string) => Distro | null): Distro | null {
  let wrong: LabError | null = null;
  for (const name of names) {
    try {
      const distro = load(name);
      if (distro?.aliases.includes(alias) === true) return distro;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      wrong ??= error;
    }
  }
  if (wrong !== null) throw wrong;
  return null;
}

function checked(name: string, [file = name, replaces]: readonly string[], load: () => Distro | null): CheckedDistro {
  const seen = { name, file, replaces: replaces ?? null };
  try {
    load();
    return { ...seen, problem: null };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { ...seen, problem: error.problem };
  }
}

function remembered(read: (name: string, file: string) => Distro): (name: string, file: string) => Distro {
  const known = new Map<string, Distro>();
  return (name, file) => {
    const distro = known.get(file) ?? read(name, file);
    known.set(file, distro);
    return distro;
  };
}
