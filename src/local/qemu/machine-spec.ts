import * as z from 'zod';

const port = z.int().min(1).max(65_535);

/** One virtual machine as it is asked for: everything that its QEMU is started with, but for what is found out at the start. Paths are absolute. */
export const machineSpec = z.strictObject({
  name: z.string().min(1),
  arch: z.enum(['amd64', 'arm64']),
  cpus: z.int().min(1),
  memoryMb: z.int().min(64),
  firmware: z.enum(['auto', 'bios', 'uefi']),
  /** null: what fits the architecture. */
  machineType: z.string().nullable(),
  acceleration: z.enum(['auto', 'kvm', 'hvf', 'tcg']),
  diskFile: z.string(),
  seedFile: z.string().nullable(),
  /** A kernel that QEMU starts itself; null: the disk has a boot loader. */
  kernel: z.strictObject({ file: z.string(), initrdFile: z.string().nullable(), arguments: z.string() }).nullable(),
  mac: z.string(),
  /** The segment that the machines of a session share. */
  network: z.strictObject({ group: z.string(), port, mac: z.string() }).nullable(),
  guestSshPort: port,
  /** null: a free one is taken. */
  hostSshPort: port.nullable(),
  forwards: z.array(z.strictObject({ hostPort: port, guestPort: port })),
  /** A directory of this computer that the guest may mount, tag `share`, 9p. */
  share: z.string().nullable(),
});
export type MachineSpec = z.output<typeof machineSpec>;
export type Arch = MachineSpec['arch'];

export const accelerators = ['kvm', 'hvf', 'tcg'] as const;
export type Accelerator = (typeof accelerators)[number];
