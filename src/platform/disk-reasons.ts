/** What the system's names of a failed write mean, in words that follow "cannot write FILE: ". Further ones are the caller's to know. */
export const diskReasons: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your disk quota is used up'],
  ['EFBIG', 'the limit for the size of a file is reached'],
  ['EROFS', 'the file system is read-only'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['ENOTDIR', 'a file is in the way'],
  ['EIO', 'the disk reports an error'],
]);
