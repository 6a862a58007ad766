import { describe, expect, it } from 'vitest';
import { type Launch, qemuArguments } from '../../../src/local/qemu/arguments.ts';
import { findUefi, wantsUefi } from '../../../src/local/qemu/firmware.ts';
import { machinePlace } from '../../../src/local/qemu/place.ts';
import { sampleSpec } from '../../support/local/fake-qemu.ts';

const place = machinePlace('/lab/machines/web-1', {});
const launch: Launch = { place, accelerator: 'tcg', sshPort: 2222, uefi: null };
/** What stands behind each occurrence of an option. */
const given = (args: readonly string[], option: string): readonly (string | undefined)[] => args.flatMap((word, at) => (word === option ? [args[at + 1]] : []));

describe('the arguments of QEMU', () => {
  it('make a machine of nothing but what is named: disk, seed, a card with SSH on this computer only, monitor and console', () => {
    const args = qemuArguments(sampleSpec, launch);
    expect(args).toEqual(expect.arrayContaining(['-nodefaults', '-no-user-config']));
    expect(given(args, '-machine')).toEqual(['q35,graphics=off']);
    expect(given(args, '-accel')).toEqual(['tcg,thread=multi']);
    expect(given(args, '-smp')).toEqual(['2']);
    expect(given(args, '-m')).toEqual(['1024']);
    expect(given(args, '-pidfile')).toEqual([place.pid]);
    expect(given(args, '-netdev')).toEqual(['user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22']);
    expect(given(args, '-chardev')).toEqual([`socket,id=qmp,path=${place.socket},server=on,wait=off`, `file,id=console,path=${place.console},append=on`]);
    expect(given(args, '-blockdev')).toEqual([
      'driver=qcow2,node-name=disk,discard=unmap,file.driver=file,file.discard=unmap,file.filename=/lab/disk.qcow2',
      'driver=raw,node-name=seed,read-only=on,file.driver=file,file.filename=/lab/seed.iso',
    ]);
  });

  it('run the host\'s own processor where it is accelerated', () => {
    for (const accelerator of ['kvm', 'hvf'] as const) {
      const args = qemuArguments(sampleSpec, { ...launch, accelerator });
      expect([given(args, '-accel'), given(args, '-cpu')]).toEqual([[accelerator], ['host']]);
    }
  });

  it('start ARM by UEFI with variables of its own', () => {
    const uefi = findUefi('arm64', () => true);
    const spec = { ...sampleSpec, arch: 'arm64' } as const;
    expect(wantsUefi(spec)).toBe(true);
    const args = qemuArguments(spec, { ...launch, uefi });
    expect(given(args, '-machine')).toEqual(['virt']);
    expect(given(args, '-drive')).toEqual([`if=pflash,unit=0,format=raw,readonly=on,file=${uefi?.code ?? 'none'}`, `if=pflash,unit=1,format=raw,file=${place.efiVariables}`]);
  });

  it('start a kernel without any firmware of the image', () => {
    const spec = { ...sampleSpec, firmware: 'uefi', kernel: { file: '/k', initrdFile: '/i', arguments: 'root=/dev/vda rw' } } as const;
    expect(wantsUefi(spec)).toBe(false);
    const args = qemuArguments(spec, launch);
    expect([given(args, '-kernel'), given(args, '-initrd'), given(args, '-append')]).toEqual([['/k'], ['/i'], ['root=/dev/vda rw']]);
  });

  it('forward further ports, join a segment of the session on the loopback interface, share a folder', () => {
    const args = qemuArguments(
      { ...sampleSpec, forwards: [{ hostPort: 8080, guestPort: 80 }], network: { group: '239.1.2.3', port: 20_001, mac: '52:54:00:00:00:02' }, share: '/home/me/a,b' },
      launch,
    );
    expect(given(args, '-netdev')).toEqual(['user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp:127.0.0.1:8080-:80', 'socket,id=net1,mcast=239.1.2.3:20001,localaddr=127.0.0.1']);
    // A comma in a path would end the value.
    expect(given(args, '-fsdev')).toEqual(['local,id=share,security_model=mapped-xattr,path=/home/me/a,,b']);
    expect(given(args, '-device')).toContain('virtio-9p-pci,fsdev=share,mount_tag=share');
  });
});

describe('the monitor socket', () => {
  it('is beside the machine, and elsewhere where its path would be too long for a socket', () => {
    const deep = `/home/me/${'a-long-name/'.repeat(10)}machines/web-1`;
    expect(machinePlace('/lab/m', {}).socket).toBe('/lab/m/qmp.sock');
    const [first, second] = [machinePlace(deep, { XDG_RUNTIME_DIR: '/run/user/1000' }).socket, machinePlace(`${deep}2`, { XDG_RUNTIME_DIR: '/run/user/1000' }).socket];
    expect(first).toMatch(/^\/run\/user\/1000\/labtui\/[0-9a-f]{16}\.sock$/);
    expect(second).not.toBe(first);
    expect(machinePlace(deep, {}).socket.length).toBeLessThanOrEqual(103);
  });
});
