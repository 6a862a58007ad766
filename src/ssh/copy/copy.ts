import type { CopyResult } from '../../core/copied.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import { ConnectError } from '../connect-error.ts';
import { wayThrough } from '../open-ssh.ts';
import { connectionProblem, connectToHost, type HostConnectionRequest } from '../session-connection.ts';
import type { Place } from './copy-file.ts';
import { type CopyProgress, copyTree } from './copy-tree.ts';
import { localSide } from './local-side.ts';
import { openRemoteSide } from './remote-side.ts';

export interface CopyRequest extends HostConnectionRequest {
  readonly direction: 'up' | 'down';
  /** As cp takes it: a directory brings its name, `DIR/.` only what is in it. Of a machine: relative to the user's home. */
  readonly source: string;
  /** A directory that is there takes the source in; any other name becomes its own. */
  readonly target: string;
  readonly dereference: boolean;
  /** What is below the source and stays behind, by its path there. @default nothing */
  readonly leftOut?: (path: string) => boolean;
  readonly onProgress: (progress: CopyProgress) => void;
}

export interface Copied extends CopyResult {
  /** Where it is now. */
  readonly target: string;
}

/**
 * Copies a file or a directory to a machine or from it, over SFTP and what is large by the system's ssh, with modes and times. Rejects
 * with a LabError: not-found and invalid-input for names (exit 3), permission, conflict and network (5). What a cut copy left is gone
 * on with.
 */
export async function copyRemote(request: CopyRequest): Promise<Copied> {
  const { host, session, signal, direction } = request;
  const source = homePath(request.source, direction === 'down');
  // Before anything is connected: the commonest mistake.
  if (direction === 'up') await existing({ side: localSide, path: source });
  try {
    const connection = await connectToHost(request);
    const onAbort = () => connection.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      // What is on no network, the system's ssh cannot reach.
      const way = request.dial === undefined ? { config: request.paths.sshConfig, alias: host.name, jump: wayThrough(request.jump, host), environment: request.environment, signal } : null;
      const remote = await openRemoteSide(connection, host.name, way);
      const [from, to] = direction === 'up' ? [localSide, remote] : [remote, localSide];
      const root = await existing({ side: from, path: source });
      const target = await landingPlace({ side: from, path: source }, root.kind === 'directory', { side: to, path: homePath(request.target, direction === 'up') });
      const { dereference, leftOut, onProgress } = request;
      const result = await copyTree({ from: { side: from, path: source }, to: target, intoExisting: target.isThere, root, dereference, leftOut, signal, onProgress });
      return { ...result, target: target.path };
    } finally {
      signal.removeEventListener('abort', onAbort);
      connection.close();
    }
  } catch (error) {
    throw error instanceof ConnectError ? connectionProblem(error, host, session) : error;
  }
}

/** What the source is. Rejects with a LabError (not-found). */
async function existing({ side, path }: Place) {
  const entry = await side.look(path, true);
  if (entry === null) throw new LabError({ kind: 'not-found', summary: `${side.shown(path)}: no such file or directory` });
  return entry;
}

/** Where the source is to be, as cp -r has it. */
async function landingPlace(source: Place, isDirectory: boolean, { side, path }: Place): Promise<Place & { readonly isThere: boolean }> {
  const there = await side.look(path, true);
  if (there?.kind === 'directory') {
    const itself = async () => ({ side, path: await side.resolve(path), isThere: true });
    if (isDirectory && /(^|\/)\.\/?$/.test(source.path)) return itself();
    const resolved = await source.side.resolve(source.path);
    const name = /(^|\/)\.{0,2}\/?$/.test(source.path) ? baseOf(resolved) : baseOf(source.path);
    // The root of all directories has no name: what is in it.
    return name === '' ? itself() : { side, path: side.join(path, name), isThere: false };
  }
  if (there === null && path.endsWith('/') && !isDirectory) throw invalidInput(`${side.shown(path)} is no directory`, 'make it first, or name the file it is to be');
  if (there !== null && isDirectory) throw invalidInput(`${side.shown(path)} is a file, and ${source.side.shown(source.path)} a directory`);
  if (there?.kind === 'other') throw invalidInput(`${side.shown(path)} is neither a file nor a directory`);
  // Through a link to the file that it leads to, as cp does.
  return { side, path: there === null ? path : await side.resolve(path), isThere: false };
}

/** A path of a machine: from the user's home where it does not begin at the root. */
function homePath(path: string, isRemote: boolean): string {
  if (!isRemote) return path;
  const below = path.replace(/^~(\/|$)/, '');
  return below === '' ? '.' : below;
}

function baseOf(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}
