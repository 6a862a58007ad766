import { LabError } from '../core/errors.ts';
import { diskReasons } from '../platform/disk-reasons.ts';
import { errnoOf } from '../platform/errno.ts';

const reasons: ReadonlyMap<string, string> = new Map([
  ...diskReasons,
  ['EEXIST', 'a file is in the way'],
  ['ENOENT', 'a directory on the way to it is missing'],
  ['ELOOP', 'a symbolic link is in the way'],
  ['ENAMETOOLONG', 'the path is too long'],
  ['EMFILE', 'too many open files'],
  ['ENFILE', 'too many open files'],
]);

/**
 * A failed system call as a LabError of kind prerequisite that names the path and the way out, or the `otherwise` one; anything else
 * comes back as it is.
 */
export function diskProblem(error: unknown, path: string, otherwise = 'choose another place: --sessions-dir DIR'): unknown {
  const code = errnoOf(error);
  const reason = reasons.get(code ?? '');
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
