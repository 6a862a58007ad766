import { LabError } from '../../core/errors.ts';

/** What an error of the file system, here or by SFTP, is to the user: exit 3 where the name is wrong, else 5. */
export function copyProblem(shown: string, code: string, cause: unknown): LabError {
  const said = cause instanceof Error ? cause.message : String(cause);
  switch (code) {
    case 'ENOENT':
      return new LabError({ kind: 'not-found', summary: `${shown}: no such file or directory` }, { cause });
    case 'ENOTDIR':
      return new LabError({ kind: 'invalid-input', summary: `${shown}: a part of the path is not a directory` }, { cause });
    case 'EISDIR':
      return new LabError({ kind: 'invalid-input', summary: `${shown}: is a directory` }, { cause });
    case 'EEXIST':
      return new LabError({ kind: 'conflict', summary: `${shown}: something else is there already` }, { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new LabError({ kind: 'permission', summary: `${shown}: ${code === 'EROFS' ? 'the file system is read-only' : 'permission denied'}`, hint: 'a place that the user may write, such as /tmp; then sudo there' }, { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new LabError({ kind: 'conflict', summary: `${shown}: no space is left on the disk`, hint: 'make room, and give the same command again: it goes on where it stopped' }, { cause });
    default:
      return new LabError({ kind: 'conflict', summary: `${shown}: ${said}` }, { cause });
  }
}
