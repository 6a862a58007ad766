import { LabError } from '../core/errors.ts';

/** Nobody waits any more: the cloud goes on with what it was told. */
export function powerWasLeft(): LabError {
  return new LabError({ kind: 'not-ready', summary: 'interrupted; the cloud goes on with what it was told', hint: 'labtui show SESSION --refresh   says how its machines stand' });
}

/** They are not as they were told to be, after long patience. */
export function powerTookTooLong(power: 'running' | 'stopped', ids: readonly string[]): LabError {
  return new LabError({
    kind: 'conflict',
    summary: `${ids.join(', ')} ${ids.length === 1 ? 'is' : 'are'} not ${power} after a long while`,
    hint: 'labtui show SESSION --refresh   says how its machines stand; then the same again',
    retryable: true,
  });
}
