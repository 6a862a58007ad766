import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A bootable Debian 12 with cloud-init and OpenSSH: kernel, initial RAM disk and an ext4 root. */
export interface VmImage {
  readonly kernel: string;
  readonly initrd: string;
  /** Never written: boot it with a snapshot. */
  readonly disk: string;
}

/** Everything the image depends on: a change makes a new one. */
const recipe = {
  suite: 'bookworm',
  packages: [
    ...['linux-image-cloud-amd64', 'initramfs-tools', 'zstd', 'systemd-sysv', 'dbus', 'e2fsprogs'],
    ...['cloud-init', 'netplan.io', 'iproute2', 'openssh-server', 'sudo', 'libpam-systemd'],
  ],
  options: [
    '--mode=root',
    '--variant=apt',
    '--format=directory',
    '--aptopt=Acquire::Languages "none"',
    ...['man', 'doc', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  ],
  files: {
    // The modules that the emulated machine needs to mount its root.
    'etc/initramfs-tools/conf.d/guest': 'MODULES=list\n',
    'etc/initramfs-tools/modules': 'virtio_pci\nvirtio_blk\next4\n',
    // Asking every other cloud's metadata server first, and generating a locale, takes minutes under emulation.
    'etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [NoCloud, None]\nlocale: false\n',
  },
  /** Not needed, and slow under emulation. */
  masked: ['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer', 'e2scrub_reap.service'],
  diskBytes: 2 * 1024 ** 3,
} as const;

/** The image, built at the first call (one to two minutes, needs root and Debian's packages) and kept in the cache. */
export async function vmImage(): Promise<VmImage> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'labtui-test');
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  const dir = join(cache, `vm-${key}`);
  if (!(await exists(dir))) {
    await mkdir(cache, { recursive: true });
    const building = await mkdtemp(join(cache, 'building-'));
    try {
      await build(building);
      // Somebody else may have been faster: theirs is the same.
      await rename(building, dir).catch(async (error: unknown) => {
        if (!(await exists(dir))) throw error;
      });
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  return { kernel: join(dir, 'vmlinuz'), initrd: join(dir, 'initrd.img'), disk: join(dir, 'root.img') };
}

async function build(dir: string): Promise<void> {
  const root = join(dir, 'root');
  await execa('mmdebstrap', [...recipe.options, `--include=${recipe.packages.join(',')}`, recipe.suite, root], {
    // The initial RAM disk is made once, below.
    env: { INITRD: 'No' },
  });
  for (const [path, text] of Object.entries(recipe.files)) await writeFile(join(root, path), text);
  for (const unit of recipe.masked) await symlink('/dev/null', join(root, 'etc/systemd/system', unit));
  for (const name of await readdir(join(root, 'etc/ssh'))) {
    if (name.startsWith('ssh_host_')) await rm(join(root, 'etc/ssh', name));
  }
  const [version = ''] = await readdir(join(root, 'lib/modules'));
  await execa('chroot', [root, 'update-initramfs', '-c', '-k', version]);
  await copyFile(join(root, `boot/vmlinuz-${version}`), join(dir, 'vmlinuz'));
  await copyFile(join(root, `boot/initrd.img-${version}`), join(dir, 'initrd.img'));
  await rm(join(root, 'boot'), { recursive: true });
  await mkdir(join(root, 'boot'));
  const disk = join(dir, 'root.img');
  await writeFile(disk, '');
  await truncate(disk, recipe.diskBytes);
  await execa('mke2fs', ['-q', '-t', 'ext4', '-d', root, disk]);
  await rm(root, { recursive: true });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
