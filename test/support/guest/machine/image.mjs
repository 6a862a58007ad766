// What the image itself brings: its default user, and what it calls itself.

const images = [
  { name: /ubuntu-\w+-([\d.]+)/, user: 'ubuntu', id: 'ubuntu', title: 'Ubuntu' },
  { name: /^debian-kali/, user: 'kali', id: 'kali', title: 'Kali GNU/Linux' },
  { name: /^debian-(\d+)/, user: 'admin', id: 'debian', title: 'Debian GNU/Linux' },
  { name: /^Fedora-Cloud-Base-AmazonEC2\.\w+-(\d+)/, user: 'fedora', id: 'fedora', title: 'Fedora Linux' },
  { name: /^Rocky-[^.]*?-(\d+\.\d+)-/, user: 'rocky', id: 'rocky', title: 'Rocky Linux' },
  { name: /^arch-linux/, user: 'arch', id: 'arch', title: 'Arch Linux' },
  { name: /^AlmaLinux OS (\d+\.\d+)/, user: 'ec2-user', id: 'almalinux', title: 'AlmaLinux' },
  { name: /^CentOS Stream (\d+)/, user: 'ec2-user', id: 'centos', title: 'CentOS Stream' },
  { name: /^al2023-ami/, user: 'ec2-user', id: 'amzn', title: 'Amazon Linux' },
  { name: /^openSUSE-Leap-([\d-]+?)-v/, user: 'ec2-user', id: 'opensuse-leap', title: 'openSUSE Leap' },
];

/**
 * { user, osRelease, cloudInit } of the instance's image, told from its name; the settings' own values win.
 * cloudInit false: an image that does not read user data, and knows only the cloud's key pair.
 */
export function imageOf(instance, settings) {
  const known = images.find(({ name }) => name.test(instance.imageName ?? ''));
  const version = known?.name.exec(instance.imageName)?.[1]?.replaceAll('-', '.');
  const osRelease = [
    `NAME="${known?.title ?? 'Linux'}"`,
    `ID=${known?.id ?? 'linux'}`,
    ...(version === undefined ? [] : [`VERSION_ID="${version}"`]),
    `PRETTY_NAME="${[known?.title ?? 'Linux', version].filter(Boolean).join(' ')}"`,
  ];
  return { user: known?.user ?? 'ec2-user', osRelease: `${osRelease.join('\n')}\n`, cloudInit: true, ...settings };
}
