import { LabError } from '../core/errors.ts';
import { errnoOf } from '../platform/errno.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the limit for the size of a file is reached',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'a file is in the way',
  EEXIST: 'a file is in the way',
  ENOENT: 'a directory on the way to it is missing',
  ELOOP: 'a symbolic link is in the way',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'the disk reports an error',
};

/**
 * A failed system call as a LabError of kind prerequisite that names the path and the way out, or the `otherwise` one; anything else
 * comes back as it is.
 */
export function diskProblem(error: unknown, path: string, otherwise = 'choose another place: --sessions-dir DIR'): unknown {
  const code = errnoOf(error);
  const reason = code === null ? undefined : reasons[code];
  if (code === null || reason === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new LabError(
    {
      kind: 'prerequisite',
      code,
      summary: `cannot write ${path}: ${reason}`,
      hint: `${full ? 'free some space there' : 'make it writable'}, or ${otherwise}`,
    },
    { cause: error },
  );
}
