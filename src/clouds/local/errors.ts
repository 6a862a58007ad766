import { type ErrorKind, errorKinds, type Problem } from '../../core/errors.ts';
import { classifyTerraform } from '../terraform-errors.ts';

/** Codes of labtui's own provider that are no kinds themselves. */
const kinds: Readonly<Record<string, ErrorKind>> = {
  PortTaken: 'conflict',
  NoAccelerator: 'prerequisite',
  OutOfMemory: 'capacity',
  DiskInUse: 'conflict',
  NoSpace: 'capacity',
  ENOSPC: 'capacity',
  NoSharing: 'prerequisite',
  QemuFailed: 'conflict',
  QemuImgFailed: 'conflict',
  Expired: 'conflict',
  OtherComputer: 'prerequisite',
};

/** What the provider said as it says it: `CODE: summary`, then the detail, and what to do after `Try: `. */
export function classify(text: string): Problem | null {
  const [, code = '', summary = ''] = /^(?:Error: )?([A-Za-z-]+): (.+)$/m.exec(text) ?? [];
  const own = errorKinds.find((kind) => kind === code);
  const kind = own ?? kinds[code];
  if (kind === undefined) return classifyTerraform(text);
  const hint = /^Try: ([^]+)$/m.exec(text)?.[1]?.trim();
  return { kind, ...(own === undefined ? { code } : {}), summary, ...(hint === undefined ? {} : { hint }), retryable: code === 'PortTaken' || kind === 'network' };
}
