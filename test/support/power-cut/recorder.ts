import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import type { DiskOperation } from './operation.ts';

type PathLike = Parameters<typeof fs.openSync>[0];
type Handle = Awaited<ReturnType<typeof fs.promises.open>>;

/**
 * Notes what this process does to the files below a directory, each step when the system has done it, until the returned function is
 * called. It takes the place of Node's own functions, so that nothing in the program under test knows of it; what the program could
 * call and is not noted here throws. Of some paths, relative to the directory, nothing may be noted.
 */
export function recordDisk(root: string, note: (operation: DiskOperation) => void, isLeftOut: (path: string) => boolean = () => false): () => void {
  const base = resolve(root);
  const numbers = new Map<string, number>();
  const open = new Map<number, { readonly file: number; at: number; readonly append: boolean }>();
  let lastNumber = 0;

  const inside = (name: unknown): string | null => {
    const full = resolve(String(name));
    if (full === base) return '';
    const path = full.startsWith(base + sep) ? relative(base, full) : null;
    return path === null || isLeftOut(path) ? null : path;
  };
  const numberOf = (path: string): number => {
    const known = numbers.get(path);
    if (known !== undefined) return known;
    lastNumber += 1;
    numbers.set(path, lastNumber);
    note({ op: 'found', path, file: lastNumber, data: real.readFileSync(join(base, path)) });
    return lastNumber;
  };
  const forget = (path: string): void => {
    for (const known of [...numbers.keys()]) if (known === path || known.startsWith(path + sep)) numbers.delete(known);
  };
  const move = (from: string, to: string): void => {
    forget(to);
    for (const [known, number] of [...numbers]) {
      if (known !== from && !known.startsWith(from + sep)) continue;
      numbers.delete(known);
      numbers.set(to + known.slice(from.length), number);
    }
  };

  const real = { ...fs };
  const promises = { ...fs.promises };
  const opened = (path: string, flags: unknown, existed: boolean): { file: number; at: number; append: boolean } => {
    const bits = typeof flags === 'number' ? flags : 0;
    const text = typeof flags === 'string' ? flags : '';
    if (!existed) {
      lastNumber += 1;
      numbers.set(path, lastNumber);
      note({ op: 'create', path, file: lastNumber });
    }
    const file = numberOf(path);
    if (existed && (text.startsWith('w') || (bits & fs.constants.O_TRUNC) !== 0)) note({ op: 'truncate', file, size: 0 });
    const append = text.startsWith('a') || (bits & fs.constants.O_APPEND) !== 0;
    return { file, at: 0, append };
  };
  const isDirectory = (path: PathLike): boolean => real.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const exists = (path: PathLike): boolean => real.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  const wrote = (entry: { readonly file: number; at: number; readonly append: boolean }, data: Buffer, position: number | null, size: number): void => {
    const at = entry.append ? size - data.length : (position ?? entry.at);
    note({ op: 'write', file: entry.file, at, data });
    if (position === null) entry.at = at + data.length;
  };
  const bytes = (data: unknown): Buffer => (typeof data === 'string' ? Buffer.from(data) : Buffer.from(data as Uint8Array));

  const watchHandle = (handle: Handle, path: string, flags: unknown, existed: boolean): void => {
    if (isDirectory(join(base, path))) {
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        note({ op: 'sync-directory', path });
      };
      return;
    }
    const entry = opened(path, flags, existed);
    const own = { sync: handle.sync.bind(handle), writeFile: handle.writeFile.bind(handle), truncate: handle.truncate.bind(handle) };
    handle.sync = async () => {
      await own.sync();
      note({ op: 'sync', file: entry.file });
    };
    handle.writeFile = async (...args: Parameters<Handle['writeFile']>) => {
      await own.writeFile(...args);
      wrote(entry, bytes(args[0]), null, (await handle.stat()).size);
    };
    handle.truncate = async (size = 0) => {
      await own.truncate(size);
      note({ op: 'truncate', file: entry.file, size });
    };
    handle.write = () => {
      throw new Error('the recorder does not know FileHandle.write');
    };
  };

  const afterRemoval = (path: string | null, existed: boolean): void => {
    if (path === null || !existed) return;
    forget(path);
    note({ op: 'remove', path });
  };
  const changed = {
    openSync: (path: PathLike, flags?: fs.OpenMode, mode?: fs.Mode) => {
      const existed = exists(path);
      const descriptor = real.openSync(path, flags ?? 'r', mode);
      const place = inside(path);
      if (place !== null && !isDirectory(path)) open.set(descriptor, opened(place, flags, existed));
      return descriptor;
    },
    closeSync: (descriptor: number) => {
      real.closeSync(descriptor);
      open.delete(descriptor);
    },
    writeSync: (descriptor: number, data: Uint8Array | string, offset?: number) => {
      const whole = bytes(data);
      const written = real.writeSync(descriptor, whole, offset ?? 0);
      const entry = open.get(descriptor);
      if (entry !== undefined) wrote(entry, whole.subarray(offset ?? 0, (offset ?? 0) + written), null, real.fstatSync(descriptor).size);
      return written;
    },
    fsyncSync: (descriptor: number) => {
      real.fsyncSync(descriptor);
      const entry = open.get(descriptor);
      if (entry !== undefined) note({ op: 'sync', file: entry.file });
    },
    writeFileSync: (path: PathLike | number, data: string | NodeJS.ArrayBufferView, options?: fs.WriteFileOptions) => {
      const place = typeof path === 'number' ? null : inside(path);
      const existed = typeof path !== 'number' && exists(path);
      real.writeFileSync(path, data, options);
      if (place === null) return;
      const flag = typeof options === 'object' && options !== null ? (options.flag ?? 'w') : 'w';
      const entry = opened(place, flag, existed);
      wrote(entry, bytes(data), null, real.statSync(join(base, place)).size);
    },
    renameSync: (from: PathLike, to: PathLike) => {
      real.renameSync(from, to);
      renamed(from, to);
    },
    mkdirSync: (path: PathLike, options?: fs.MakeDirectoryOptions) => {
      const existed = exists(path);
      const made = real.mkdirSync(path, options);
      if (!existed) madeDirectory(path);
      return made;
    },
    rmSync: (path: PathLike, options?: fs.RmOptions) => {
      const existed = exists(path);
      real.rmSync(path, options);
      afterRemoval(inside(path), existed);
    },
  };
  const renamed = (from: unknown, to: unknown): void => {
    const [source, target] = [inside(from), inside(to)];
    if (source === null || target === null) return;
    if (!isDirectory(join(base, target))) numberOf(numbers.has(source) ? source : target);
    move(source, target);
    note({ op: 'rename', from: source, to: target });
  };
  const madeDirectory = (path: unknown): void => {
    const place = inside(path);
    if (place !== null && place !== '') note({ op: 'mkdir', path: place });
  };
  const changedPromises = {
    open: async (path: PathLike, flags?: string | number, mode?: fs.Mode) => {
      const existed = exists(path);
      const handle = await promises.open(path, flags, mode);
      const place = inside(path);
      if (place !== null) watchHandle(handle, place, flags, existed);
      return handle;
    },
    rename: async (from: PathLike, to: PathLike) => {
      await promises.rename(from, to);
      renamed(from, to);
    },
    link: async (from: PathLike, to: PathLike) => {
      await promises.link(from, to);
      const [source, target] = [inside(from), inside(to)];
      if (source === null || target === null) return;
      numbers.set(target, numberOf(source));
      note({ op: 'link', from: source, to: target });
    },
    mkdir: async (path: PathLike, options?: fs.MakeDirectoryOptions | fs.Mode | null) => {
      const existed = exists(path);
      const made = await promises.mkdir(path, options);
      if (!existed) madeDirectory(path);
      return made;
    },
    rm: async (path: PathLike, options?: fs.RmOptions) => {
      const existed = exists(path);
      await promises.rm(path, options);
      afterRemoval(inside(path), existed);
    },
    rmdir: async (path: PathLike) => {
      await promises.rmdir(path);
      afterRemoval(inside(path), true);
    },
  };
  const unknown = ['appendFile', 'writeFile', 'truncate', 'unlink', 'copyFile', 'cp', 'symlink'] as const;
  const refusals = Object.fromEntries(
    unknown.map((name) => [
      name,
      (...args: readonly unknown[]) => {
        if (args.slice(0, 2).some((path) => typeof path === 'string' && inside(path) !== null)) throw new Error(`the recorder does not know ${name}`);
        return (promises[name] as (...all: readonly unknown[]) => unknown)(...args);
      },
    ]),
  );
  Object.assign(fs, changed);
  Object.assign(fs.promises, changedPromises, refusals);
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs, Object.fromEntries(Object.keys(changed).map((name) => [name, real[name as keyof typeof real]])));
    Object.assign(fs.promises, promises);
    syncBuiltinESMExports();
  };
}
