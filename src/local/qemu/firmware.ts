import { existsSync } from 'node:fs';
import { LabError } from '../../core/errors.ts';
import type { Arch, MachineSpec } from './machine-spec.ts';

/** UEFI for a guest: the program, and the variables that each machine gets a copy of. */
export interface UefiFirmware {
  readonly code: string;
  readonly variables: string;
}

// Where distributions put EDK II (package contents, 2026-11): Debian and Ubuntu ovmf and qemu-efi-aarch64, Fedora edk2-ovmf and
// edk2-aarch64, Arch edk2-ovmf and edk2-aarch64, openSUSE qemu-ovmf-x86_64; QEMU's own copies, which Homebrew and others install.
const candidates: Readonly<Record<Arch, readonly (readonly [code: string, variables: string])[]>> = {
  amd64: [
    ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
    ['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'],
    ['/usr/share/edk2/ovmf/OVMF_CODE_4M.fd', '/usr/share/edk2/ovmf/OVMF_VARS_4M.fd'],
    ['/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'],
    ['/usr/share/edk2/x64/OVMF_CODE.4m.fd', '/usr/share/edk2/x64/OVMF_VARS.4m.fd'],
    ['/usr/share/edk2-ovmf/x64/OVMF_CODE.fd', '/usr/share/edk2-ovmf/x64/OVMF_VARS.fd'],
    ['/usr/share/qemu/ovmf-x86_64-code.bin', '/usr/share/qemu/ovmf-x86_64-vars.bin'],
    ...ownCopies('edk2-x86_64-code.fd', 'edk2-i386-vars.fd'),
  ],
  arm64: [
    ['/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd'],
    ['/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw', '/usr/share/edk2/aarch64/vars-template-pflash.raw'],
    ['/usr/share/edk2/aarch64/QEMU_CODE.fd', '/usr/share/edk2/aarch64/QEMU_VARS.fd'],
    ['/usr/share/qemu/aavmf-aarch64-code.bin', '/usr/share/qemu/aavmf-aarch64-vars.bin'],
    ...ownCopies('edk2-aarch64-code.fd', 'edk2-arm-vars.fd'),
  ],
};

function ownCopies(code: string, variables: string): readonly (readonly [string, string])[] {
  return ['/usr/share/qemu', '/opt/homebrew/share/qemu', '/usr/local/share/qemu'].map((folder) => [`${folder}/${code}`, `${folder}/${variables}`]);
}

/** UEFI for guests of that architecture, where this computer has it. */
export function findUefi(arch: Arch, exists: (file: string) => boolean = existsSync): UefiFirmware | null {
  const found = candidates[arch].find(([code, variables]) => exists(code) && exists(variables));
  return found === undefined ? null : { code: found[0], variables: found[1] };
}

/** The same; throws a LabError of kind prerequisite, with the packages that have it. */
export function requireUefi(arch: Arch): UefiFirmware {
  const found = findUefi(arch);
  if (found !== null) return found;
  throw new LabError({ kind: 'prerequisite', summary: `UEFI firmware for ${arch} machines is not installed`, hint: `install it (${packages[arch]})` });
}

const packages: Readonly<Record<Arch, string>> = {
  amd64: 'apt: ovmf · dnf: edk2-ovmf · pacman: edk2-ovmf · brew: qemu',
  arm64: 'apt: qemu-efi-aarch64 · dnf: edk2-aarch64 · pacman: edk2-aarch64 · brew: qemu',
};

/** Whether a machine starts by UEFI: ARM knows nothing else, and a kernel that QEMU starts needs none. */
export function wantsUefi({ arch, firmware, kernel }: Pick<MachineSpec, 'arch' | 'firmware' | 'kernel'>): boolean {
  if (kernel !== null) return false;
  return firmware === 'uefi' || (firmware === 'auto' && arch === 'arm64');
}
