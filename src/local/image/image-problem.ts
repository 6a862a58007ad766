import { exitCodes, LabError } from '../../core/errors.ts';
import { diskReasons } from '../../platform/disk-reasons.ts';
import { errnoOf } from '../../platform/errno.ts';
import { fetchReason, networkHint } from '../../platform/fetch-failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user asked to stop: exit code of the signal that the abort names as its reason. */
export function interrupted(signal: AbortSignal): LabError {
  return new LabError(
    { kind: 'not-ready', summary: 'interrupted while the image was fetched', hint: 'the same command again goes on where it stopped' },
    { exitCode: signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted },
  );
}

const wayOut = { retry: 'check the network and repeat the command', elsewhere: 'bring an image: --image file:PATH' };

/** A URL that gave no answer, or a broken one. */
export function unreachable({ url, environment }: { readonly url: string; readonly environment: Environment }, error: unknown): LabError {
  return new LabError({ kind: 'network', summary: `cannot fetch ${url}: ${fetchReason(error)}`, hint: networkHint(environment, wayOut), retryable: true }, { cause: error });
}

/** No URL may be downloaded and run as it comes. */
export function unverifiable(url: string, why: string): LabError {
  return new LabError({
    kind: 'image',
    summary: `${url} cannot be verified: ${why}`,
    hint: `name its checksum: --image ${url}@sha256:HEX`,
  });
}

/** A failed system call in the cache as a LabError of kind prerequisite; anything else comes back as it is. */
export function cacheProblem(error: unknown, folder: string): unknown {
  const code = errnoOf(error);
  const reason = diskReasons.get(code ?? '');
  if (code === null || reason === undefined || error instanceof LabError) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new LabError(
    {
      kind: 'prerequisite',
      code,
      summary: `cannot keep an image in ${folder}: ${reason}`,
      hint: `${full ? 'make room: labtui cache prune --all' : 'make it writable'}, or choose another place: XDG_CACHE_HOME=DIR`,
    },
    { cause: error },
  );
}

/** More is to come than there is room for. */
export function noRoom(folder: string, neededBytes: number, freeBytes: number): LabError {
  const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  return new LabError({
    kind: 'prerequisite',
    code: 'ENOSPC',
    summary: `no room for the image in ${folder}: it takes ${gb(neededBytes)}, free are ${gb(freeBytes)}`,
    hint: 'make room: labtui cache prune --all, or choose another place: XDG_CACHE_HOME=DIR',
  });
}
