import type { Arch } from '../../core/clouds.ts';

/** Distributions whose package archive mmdebstrap can make a system from. */
export const buildableDistros = ['debian', 'ubuntu'] as const;
export type BuildableDistro = (typeof buildableDistros)[number];

/** What the disk holds at most as it is built: it is as thin as what is in it, and grows with the machine's disk at the first boot. */
export const builtDiskBytes = 3 * 1024 ** 3;

/**
 * QEMU starts the kernel itself, so the disk needs no partitions, no boot loader and no firmware. The last console is the one that the
 * system writes to: the serial port, which labtui keeps.
 */
export function kernelArgumentsFor(arch: Arch): string {
  return `root=LABEL=rootfs rw console=tty0 console=${arch === 'arm64' ? 'ttyAMA0' : 'ttyS0'} net.ifnames=0`;
}

/** Packages beside the essential ones: kernel, systemd, cloud-init, SSH, network with names. */
export function packagesFor(distro: BuildableDistro, version: string, arch: Arch): readonly string[] {
  const kernel = distro === 'debian' ? `linux-image-cloud-${arch}` : 'linux-image-virtual';
  // Before these releases it was a part of systemd.
  const resolver = Number.parseFloat(version) >= (distro === 'debian' ? 12 : 24) ? ['systemd-resolved'] : [];
  return [
    ...[kernel, 'initramfs-tools', 'zstd', 'systemd-sysv', 'dbus', 'e2fsprogs', 'kmod', 'udev', ...resolver],
    ...['cloud-init', 'netplan.io', 'iproute2', 'openssh-server', 'sudo', 'libpam-systemd', 'ca-certificates'],
  ];
}

/** mmdebstrap's options that are the same for all. */
export const commonOptions: readonly string[] = [
  '--variant=apt',
  '--format=null',
  '--aptopt=Acquire::Languages "none"',
  ...['man', 'doc', 'locale', 'info'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  // A build that is broken off is thrown away: nothing need be on the disk before its end.
  '--dpkgopt=force-unsafe-io',
];

/**
 * Runs as the system's root in the new system's own name spaces, `$1` is its directory; descriptor 3 is the disk: a descriptor, since the
 * file is in a directory that another user id may not enter, and only one, since mmdebstrap counts on low numbers for its own. Bound to
 * a second place, the directory is without what is mounted below it. Nothing is put into this text.
 */
export const customizeHook = `set -e
PATH="$PATH:/usr/sbin:/sbin"
cat > "$1/etc/initramfs-tools/conf.d/labtui" <<'END'
MODULES=list
END
# What an emulated machine needs to mount its root.
printf '%s\\n' virtio_pci virtio_blk virtio_scsi sd_mod ext4 >> "$1/etc/initramfs-tools/modules"
# Asking every other cloud's metadata server first, and generating a locale, takes minutes under emulation.
cat > "$1/etc/cloud/cloud.cfg.d/90_labtui.cfg" <<'END'
datasource_list: [NoCloud, None]
locale: false
END
printf 'LABEL=rootfs / ext4 errors=remount-ro 0 0\\n' > "$1/etc/fstab"
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service man-db.timer motd-news.timer; do
  ln -sf /dev/null "$1/etc/systemd/system/$unit"
done
version=$(ls "$1/lib/modules" | sort -V | tail -n 1)
chroot "$1" update-initramfs -c -k "$version"
ln -f "$1/boot/vmlinuz-$version" "$1/boot/vmlinuz"
ln -f "$1/boot/initrd.img-$version" "$1/boot/initrd.img"
# What held for the build alone: the machine installs packages whole, and safely.
rm -f "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap" "$1/etc/apt/apt.conf.d/99mmdebstrap"
rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/hostname" "$1/etc/resolv.conf"
ln -s ../run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"
: > "$1/etc/machine-id"
rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb
mount --bind "$1" "$1/mnt"
mke2fs -q -F -t ext4 -L rootfs -m 1 -d "$1/mnt" /proc/self/fd/3
umount "$1/mnt"
`;
