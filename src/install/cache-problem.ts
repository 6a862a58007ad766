import { LabError } from '../core/errors.ts';
import { diskReasons } from '../platform/disk-reasons.ts';
import { errnoOf } from '../platform/errno.ts';

const reasons: ReadonlyMap<string, string> = new Map([...diskReasons, ['EEXIST', 'a file is in the way']]);

/** A failed system call in labtui's cache as a LabError of kind prerequisite; anything else comes back as it is. */
export function cacheProblem(error: unknown, folder: string): unknown {
  const code = errnoOf(error);
  const reason = reasons.get(code ?? '');
  if (code === null || reason === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new LabError(
    {
      kind: 'prerequisite',
      code,
      summary: `cannot install Terraform in ${folder}: ${reason}`,
      hint: `${full ? 'make room (Terraform takes 90 MB, and 30 MB more while it is fetched)' : 'make it writable'}, or choose another place: XDG_CACHE_HOME=DIR`,
    },
    { cause: error },
  );
}
