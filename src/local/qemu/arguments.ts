import type { UefiFirmware } from './firmware.ts';
import type { Accelerator, MachineSpec } from './machine-spec.ts';
import type { MachinePlace } from './place.ts';

/** What is found out when a machine is started. */
export interface Launch {
  readonly place: Pick<MachinePlace, 'console' | 'pid' | 'socket' | 'efiVariables'>;
  readonly accelerator: Accelerator;
  readonly sshPort: number;
  /** null: the machine type's own firmware. */
  readonly uefi: UefiFirmware | null;
}

/**
 * QEMU's arguments for a machine: no devices but these, no configuration of the user's. The node `disk` is the one that snapshots
 * are made of. Options as in QEMU 6.0 and later (qemu-system(1)).
 */
export function qemuArguments(spec: MachineSpec, launch: Launch): readonly string[] {
  const { place } = launch;
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-name', `guest=${escaped(spec.name)}`],
    ...['-machine', machineOf(spec), ...acceleration(spec, launch.accelerator)],
    ...['-smp', String(spec.cpus), '-m', String(spec.memoryMb), '-rtc', 'base=utc'],
    ...['-pidfile', place.pid],
    ...['-chardev', `socket,id=qmp,path=${escaped(place.socket)},server=on,wait=off`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `file,id=console,path=${escaped(place.console)},append=on`, '-serial', 'chardev:console'],
    ...firmware(launch),
    ...kernel(spec),
    ...disks(spec),
    ...networks(spec, launch.sshPort),
    ...share(spec),
    // A guest without entropy waits for it, under emulation for minutes.
    ...['-device', 'virtio-rng-pci'],
  ];
}

/** A comma ends a value, but for a doubled one. */
const escaped = (value: string): string => value.replaceAll(',', ',,');

function machineOf({ arch, machineType }: MachineSpec): string {
  // Without graphics the BIOS and the boot loader speak on the console: the first sign that a machine is alive.
  return arch === 'amd64' ? `${machineType ?? 'q35'},graphics=off` : (machineType ?? 'virt');
}

/**
 * `max` and not the default models: distributions of today want x86-64-v2 or v3. Five-level paging and real pointer
 * authentication are what an emulator pays for with every memory access and call, and what nobody asked for.
 */
function acceleration({ arch }: MachineSpec, accelerator: Accelerator): readonly string[] {
  if (accelerator !== 'tcg') return ['-accel', accelerator, '-cpu', 'host'];
  return ['-accel', 'tcg,thread=multi', '-cpu', arch === 'amd64' ? 'max,la57=off' : 'max,pauth-impdef=on'];
}

function firmware({ uefi, place }: Launch): readonly string[] {
  if (uefi === null) return [];
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${escaped(uefi.code)}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${escaped(place.efiVariables)}`],
  ];
}

function kernel({ kernel: given }: MachineSpec): readonly string[] {
  if (given === null) return [];
  const initrd = given.initrdFile === null ? [] : ['-initrd', given.initrdFile];
  return ['-kernel', given.file, ...initrd, ...(given.arguments === '' ? [] : ['-append', given.arguments])];
}

function disks({ diskFile, seedFile }: MachineSpec): readonly string[] {
  const disk = [
    ...['-blockdev', `driver=qcow2,node-name=disk,discard=unmap,file.driver=file,file.discard=unmap,file.filename=${escaped(diskFile)}`],
    ...['-device', 'virtio-blk-pci,id=disk0,drive=disk,bootindex=1'],
  ];
  if (seedFile === null) return disk;
  return [
    ...disk,
    ...['-blockdev', `driver=raw,node-name=seed,read-only=on,file.driver=file,file.filename=${escaped(seedFile)}`],
    ...['-device', 'virtio-blk-pci,id=seed0,drive=seed'],
  ];
}

/** No option ROM: nothing boots from the network, and not every installation has the file. */
const card = (netdev: string, mac: string): readonly string[] => ['-device', `virtio-net-pci,netdev=${netdev},mac=${mac},romfile=`];

function networks({ mac, network, guestSshPort, forwards }: MachineSpec, sshPort: number): readonly string[] {
  const ports = [{ hostPort: sshPort, guestPort: guestSshPort }, ...forwards];
  // Reached from this computer only.
  const rules = ports.map(({ hostPort, guestPort }) => `,hostfwd=tcp:127.0.0.1:${hostPort}-:${guestPort}`).join('');
  const own = ['-netdev', `user,id=net0${rules}`, ...card('net0', mac)];
  if (network === null) return own;
  return [...own, '-netdev', `socket,id=net1,mcast=${network.group}:${network.port},localaddr=127.0.0.1`, ...card('net1', network.mac)];
}

/** Owners and modes of the guest's files are kept in extended attributes: it needs no root here. */
function share({ share: directory }: MachineSpec): readonly string[] {
  if (directory === null) return [];
  return ['-fsdev', `local,id=share,security_model=mapped-xattr,path=${escaped(directory)}`, '-device', 'virtio-9p-pci,fsdev=share,mount_tag=share'];
}
