import { accessSync, constants } from 'node:fs';
import process from 'node:process';
import type { Accelerator, MachineSpec } from './machine-spec.ts';

export interface AccelerationChoice {
  readonly accelerator: Accelerator;
  /** Why it is not a faster one; null: it is the fastest, or the one that was asked for. */
  readonly reason: string | null;
}

/** What this computer offers its guests. */
export interface HostAcceleration {
  readonly platform: string;
  /** In Node's words: `x64`. */
  readonly arch: string;
  /** Why /dev/kvm is of no use; null: it can be opened. */
  readonly kvmProblem: string | null;
  /** Why guests are not run on it any more: they stood still; null: nothing is known against it. */
  readonly stalled: string | null;
}

const architectures: Readonly<Record<string, MachineSpec['arch']>> = { x64: 'amd64', arm64: 'arm64' };

/** How a machine is to be run: as asked for, else KVM or hvf where the guest's architecture is the host's, else by emulation. Pure. */
export function chooseAcceleration({ arch, acceleration }: Pick<MachineSpec, 'arch' | 'acceleration'>, host: HostAcceleration): AccelerationChoice {
  if (acceleration !== 'auto') return { accelerator: acceleration, reason: null };
  const emulated = (reason: string): AccelerationChoice => ({ accelerator: 'tcg', reason });
  if (architectures[host.arch] !== arch) return emulated(`an ${arch} guest on this ${architectures[host.arch] ?? host.arch} computer`);
  if (host.platform === 'darwin') return { accelerator: 'hvf', reason: null };
  if (host.platform !== 'linux') return emulated(`no accelerator is known for ${host.platform}`);
  if (host.kvmProblem !== null) return emulated(host.kvmProblem);
  return host.stalled === null ? { accelerator: 'kvm', reason: null } : emulated(host.stalled);
}

/** Why KVM cannot be used by this user; null: it can be opened. */
export function kvmProblem(device = '/dev/kvm'): string | null {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing) return `there is no ${device}: virtualization is off in the firmware, or not offered to this machine`;
    return `${device} may not be opened: sudo usermod -aG kvm ${process.env.USER ?? '$USER'}, then log in again`;
  }
}
