import { posix } from 'node:path';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import { FileError, type Asker, type Files } from './files.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

interface OpenHandle {
  readonly path: string;
  /** null: a directory that is listed. */
  content: Buffer | null;
  bytes: number;
  written: boolean;
  mode: number | undefined;
  listed: boolean;
}

/** SFTP version 3 on a guest's files, as far as copying needs it: no symbolic links, and the whole of a file in memory. */
export function serveSftp(sftp: SFTPWrapper, files: Files, asker: Asker): void {
  const handles = new Map<number, OpenHandle>();
  let last = 0;
  const at = (path: string) => posix.resolve(asker.home, path);
  const attributes = (path: string): Attributes => {
    const kind = files.is(path);
    if (kind === null) throw new FileError('No such file or directory');
    const modifiedS = files.modifiedS(path);
    return { mode: (kind === 'directory' ? 0o040000 : 0o100000) | files.mode(path), uid: asker.uid, gid: asker.uid, size: files.size(path), atime: modifiedS, mtime: modifiedS };
  };
  const open = (handle: Omit<OpenHandle, 'listed' | 'written'>): Buffer => {
    last += 1;
    handles.set(last, { ...handle, listed: false, written: false });
    const name = Buffer.alloc(4);
    name.writeUInt32BE(last);
    return name;
  };
  const opened = (name: Buffer): OpenHandle => {
    const handle = name.length === 4 ? handles.get(name.readUInt32BE()) : undefined;
    if (handle === undefined) throw new FileError('no such handle');
    return handle;
  };
  /** Does what is asked; `undefined` is answered with OK. */
  const answer = (request: number, work: () => (() => void) | undefined): void => {
    try {
      const reply = work();
      if (reply === undefined) sftp.status(request, STATUS_CODE.OK);
      else reply();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      sftp.status(request, statusOf(error), error.message);
    }
  };
  const set = (path: string, { mode, mtime, size }: Partial<Attributes>) => {
    if (files.is(path) === null) throw new FileError('No such file or directory');
    if (size !== undefined) files.write(path, resized(files.read(path, asker), size), asker);
    if (mode !== undefined) files.changeMode(path, mode & 0o777, asker);
    if (mtime !== undefined) files.changeTime(path, mtime);
  };

  sftp.on('OPEN', (request, name, flags, { mode }) =>
    answer(request, () => {
      const path = at(name);
      const there = files.is(path);
      const writes = (flags & OPEN_MODE.WRITE) !== 0;
      if (there === null && (flags & OPEN_MODE.CREAT) === 0) throw new FileError('No such file or directory');
      if (there === 'file' && (flags & OPEN_MODE.EXCL) !== 0) throw new FileError('File exists');
      const kept = there === null || (flags & OPEN_MODE.TRUNC) !== 0 ? Buffer.alloc(0) : Buffer.from(files.read(path, asker));
      // At once, so that a place that may not be written is refused here.
      if (writes) files.write(path, kept, asker, there === null ? (mode & 0o777) || 0o644 : undefined);
      const handle = open({ path, content: kept, bytes: kept.length, mode: undefined });
      return () => {
        sftp.handle(request, handle);
      };
    }),
  );
  sftp.on('READ', (request, name, offset, length) =>
    answer(request, () => {
      const { content, bytes } = opened(name);
      if (content === null) throw new FileError('Is a directory');
      if (offset >= bytes) return () => {
        sftp.status(request, STATUS_CODE.EOF);
      };
      return () => sftp.data(request, content.subarray(offset, Math.min(offset + length, bytes)));
    }),
  );
  sftp.on('WRITE', (request, name, offset, data) =>
    answer(request, () => {
      const handle = opened(name);
      const end = offset + data.length;
      const { content } = handle;
      if (content === null) throw new FileError('Is a directory');
      handle.content = content.length >= end ? content : Buffer.concat([content], Math.max(end, content.length * 2));
      data.copy(handle.content, offset);
      handle.bytes = Math.max(handle.bytes, end);
      handle.written = true;
      return undefined;
    }),
  );
  sftp.on('CLOSE', (request, name) =>
    answer(request, () => {
      const { path, content, bytes, written } = opened(name);
      handles.delete(name.readUInt32BE());
      if (written && content !== null) files.write(path, Buffer.from(content.subarray(0, bytes)), asker);
      return undefined;
    }),
  );
  sftp.on('OPENDIR', (request, name) =>
    answer(request, () => {
      const path = at(name);
      if (files.is(path) !== 'directory') throw new FileError(files.is(path) === null ? 'No such file or directory' : 'Not a directory');
      const handle = open({ path, content: null, bytes: 0, mode: undefined });
      return () => {
        sftp.handle(request, handle);
      };
    }),
  );
  sftp.on('READDIR', (request, name) =>
    answer(request, () => {
      const handle = opened(name);
      if (handle.listed) return () => {
        sftp.status(request, STATUS_CODE.EOF);
      };
      handle.listed = true;
      const entries = files.list(handle.path).map((filename) => ({ filename, longname: filename, attrs: attributes(posix.join(handle.path, filename)) }));
      return () => {
        sftp.name(request, entries);
      };
    }),
  );
  const stat = (request: number, name: string) =>
    answer(request, () => {
      const found = attributes(at(name));
      return () => {
        sftp.attrs(request, found);
      };
    });
  sftp.on('STAT', stat).on('LSTAT', stat);
  sftp.on('FSTAT', (request, name) =>
    answer(request, () => {
      const { path, bytes } = opened(name);
      const found = { ...attributes(path), size: bytes };
      return () => {
        sftp.attrs(request, found);
      };
    }),
  );
  const doing = (work: () => void) => () => {
    work();
    return undefined;
  };
  sftp.on('SETSTAT', (request, name, attrs) => answer(request, doing(() => set(at(name), attrs))));
  sftp.on('FSETSTAT', (request, name, attrs) => answer(request, doing(() => set(opened(name).path, attrs))));
  sftp.on('MKDIR', (request, name, { mode }) => answer(request, doing(() => files.makeDirectory(at(name), asker, (mode & 0o777) || 0o755))));
  sftp.on('REMOVE', (request, name) => answer(request, doing(() => files.remove(at(name), asker))));
  sftp.on('RMDIR', (request, name) => answer(request, doing(() => files.remove(at(name), asker))));
  sftp.on('RENAME', (request, from, to) => answer(request, doing(() => files.rename(at(from), at(to), asker))));
  sftp.on('REALPATH', (request, name) => answer(request, () => () => {
    sftp.name(request, [{ filename: at(name), longname: at(name), attrs: noAttributes }]);
  }));
  sftp.on('end', () => endWell(sftp));
  for (const unsupported of ['READLINK', 'SYMLINK', 'EXTENDED'] as const) {
    sftp.on(unsupported, (request: number) => {
      sftp.status(request, STATUS_CODE.OP_UNSUPPORTED);
    });
  }
}

/** As sftp-server ends: ssh2 offers no way to say that all went well, so its protocol is spoken to directly. */
function endWell(sftp: SFTPWrapper): void {
  const protocol: unknown = '_protocol' in sftp ? sftp._protocol : null;
  const outgoing: unknown = 'outgoing' in sftp ? sftp.outgoing : null;
  if (canExit(protocol) && isRecord(outgoing)) protocol.exitStatus(outgoing.id, 0);
  sftp.end();
}

function canExit(protocol: unknown): protocol is { exitStatus: (channelId: unknown, code: number) => void } {
  return isRecord(protocol) && typeof protocol.exitStatus === 'function';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const noAttributes: Attributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function resized(content: Buffer, bytes: number): Buffer {
  return bytes <= content.length ? content.subarray(0, bytes) : Buffer.concat([content], bytes);
}

function statusOf({ message }: FileError): number {
  if (message.startsWith('No such file')) return STATUS_CODE.NO_SUCH_FILE;
  return /denied|not permitted/.test(message) ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}
