import type { GuestSystem, Machine } from './machine.ts';

/** What a distribution says about itself. Kernels are those of the release, roughly; a rehearsal compares nothing with them. */
interface SystemFacts {
  readonly id: string;
  readonly name: string;
  readonly like?: string;
  /** `{v}`: the version. */
  readonly pretty: string;
  readonly kernel: string | Readonly<Record<string, string>>;
  readonly home: string;
}

const rhelKernels = { '10': '6.12.0', '9': '5.14.0', '8': '4.18.0' };

const known: Readonly<Partial<Record<string, SystemFacts>>> = {
  ubuntu: { id: 'ubuntu', name: 'Ubuntu', like: 'debian', pretty: 'Ubuntu {v} LTS', kernel: { '26.04': '7.0.0', '24.04': '6.8.0', '22.04': '5.15.0' }, home: 'https://www.ubuntu.com/' },
  debian: { id: 'debian', name: 'Debian GNU/Linux', pretty: 'Debian GNU/Linux {v}', kernel: { '13': '6.12.48', '12': '6.1.0', '11': '5.10.0' }, home: 'https://www.debian.org/' },
  fedora: { id: 'fedora', name: 'Fedora Linux', pretty: 'Fedora Linux {v} (Cloud Edition)', kernel: { '44': '6.19.10', '43': '6.17.1', '42': '6.14.0' }, home: 'https://fedoraproject.org/' },
  rocky: { id: 'rocky', name: 'Rocky Linux', like: 'rhel centos fedora', pretty: 'Rocky Linux {v}', kernel: rhelKernels, home: 'https://rockylinux.org/' },
  almalinux: { id: 'almalinux', name: 'AlmaLinux', like: 'rhel centos fedora', pretty: 'AlmaLinux {v}', kernel: rhelKernels, home: 'https://almalinux.org/' },
  rhel: { id: 'rhel', name: 'Red Hat Enterprise Linux', like: 'fedora', pretty: 'Red Hat Enterprise Linux {v}', kernel: rhelKernels, home: 'https://www.redhat.com/' },
  'centos-stream': { id: 'centos', name: 'CentOS Stream', like: 'rhel fedora', pretty: 'CentOS Stream {v}', kernel: rhelKernels, home: 'https://centos.org/' },
  'oracle-linux': { id: 'ol', name: 'Oracle Linux Server', like: 'fedora', pretty: 'Oracle Linux Server {v}', kernel: rhelKernels, home: 'https://linux.oracle.com/' },
  'amazon-linux': { id: 'amzn', name: 'Amazon Linux', like: 'fedora', pretty: 'Amazon Linux {v}', kernel: { '2023': '6.1.0', '2': '5.10.0' }, home: 'https://aws.amazon.com/linux/' },
  'opensuse-leap': { id: 'opensuse-leap', name: 'openSUSE Leap', like: 'suse opensuse', pretty: 'openSUSE Leap {v}', kernel: '6.12.0', home: 'https://www.opensuse.org/' },
  'opensuse-tumbleweed': { id: 'opensuse-tumbleweed', name: 'openSUSE Tumbleweed', like: 'opensuse suse', pretty: 'openSUSE Tumbleweed', kernel: '6.17.0', home: 'https://www.opensuse.org/' },
  sles: { id: 'sles', name: 'SLES', like: 'suse', pretty: 'SUSE Linux Enterprise Server {v}', kernel: { '16.0': '6.12.0', '15.7': '6.4.0' }, home: 'https://www.suse.com/' },
  arch: { id: 'arch', name: 'Arch Linux', pretty: 'Arch Linux', kernel: '6.17.0', home: 'https://archlinux.org/' },
  alpine: { id: 'alpine', name: 'Alpine Linux', pretty: 'Alpine Linux v{v}', kernel: '6.12.0', home: 'https://alpinelinux.org/' },
  kali: { id: 'kali', name: 'Kali GNU/Linux', like: 'debian', pretty: 'Kali GNU/Linux Rolling', kernel: '6.16.0', home: 'https://www.kali.org/' },
  gentoo: { id: 'gentoo', name: 'Gentoo', pretty: 'Gentoo Linux', kernel: '6.12.0', home: 'https://www.gentoo.org/' },
  nixos: { id: 'nixos', name: 'NixOS', pretty: 'NixOS {v}', kernel: '6.12.0', home: 'https://nixos.org/' },
  flatcar: { id: 'flatcar', name: 'Flatcar Container Linux by Kinvolk', like: 'coreos', pretty: 'Flatcar Container Linux by Kinvolk', kernel: '6.6.0', home: 'https://flatcar.org/' },
  freebsd: { id: 'freebsd', name: 'FreeBSD', pretty: 'FreeBSD {v}-RELEASE', kernel: '15.1-RELEASE', home: 'https://FreeBSD.org/' },
};

const codenames: Readonly<Partial<Record<string, string>>> = {
  'ubuntu 26.04': 'resolute',
  'ubuntu 24.04': 'noble',
  'ubuntu 22.04': 'jammy',
  'debian 13': 'trixie',
  'debian 12': 'bookworm',
  'debian 11': 'bullseye',
};

function factsOf({ distro, title, version }: GuestSystem): SystemFacts {
  const pretty = title.includes(version) ? title : `${title} ${version}`;
  return known[distro] ?? { id: distro, name: title, pretty, kernel: '6.12.0', home: 'https://example.org/' };
}

/** `Ubuntu 24.04 LTS`, `Debian GNU/Linux 12 (bookworm)` */
export function prettyName(system: GuestSystem): string {
  const codename = system.distro === 'debian' ? codenames[`debian ${system.version}`] : undefined;
  return factsOf(system).pretty.replace('{v}', system.version) + (codename === undefined ? '' : ` (${codename})`);
}

/** Text of /etc/os-release (os-release(5)). VARIANT says that it is simulated. */
export function osRelease(system: GuestSystem): string {
  const { id, name, like, home } = factsOf(system);
  const codename = codenames[`${system.distro} ${system.version}`];
  const rolling = system.version === 'rolling' || system.version === 'stable';
  const lines: readonly (readonly [key: string, value: string | undefined])[] = [
    ['PRETTY_NAME', `"${prettyName(system)}"`],
    ['NAME', `"${name}"`],
    ...(rolling ? [] : ([['VERSION_ID', `"${system.version}"`], ['VERSION', `"${system.version}${codename === undefined ? '' : ` (${codename})`}"`]] as const)),
    ['VERSION_CODENAME', codename],
    ['ID', id.includes('-') ? `"${id}"` : id],
    ['ID_LIKE', like === undefined ? undefined : like.includes(' ') ? `"${like}"` : like],
    ['HOME_URL', `"${home}"`],
    ['VARIANT', '"simulated by labtui"'],
    ['VARIANT_ID', 'simulated'],
  ];
  return lines.map(([key, value]) => (value === undefined ? '' : `${key}=${value}\n`)).join('');
}

export function operatingSystem({ distro }: GuestSystem): 'Linux' | 'FreeBSD' {
  return distro === 'freebsd' ? 'FreeBSD' : 'Linux';
}

/** `uname -r`. Its end says that it is simulated. */
export function kernelRelease(system: GuestSystem): string {
  const { kernel } = factsOf(system);
  if (system.distro === 'freebsd') return `${system.version}-RELEASE`;
  return `${typeof kernel === 'string' ? kernel : (kernel[system.version] ?? '6.12.0')}-1-simulated`;
}

/** `uname -m` */
export function hardwareName({ arch, system }: Pick<Machine, 'arch' | 'system'>): string {
  if (operatingSystem(system) === 'FreeBSD') return arch;
  return arch === 'arm64' ? 'aarch64' : 'x86_64';
}

/** The day is made up; it is the same at every boot. */
export function kernelVersion(system: GuestSystem): string {
  if (operatingSystem(system) === 'FreeBSD') return `FreeBSD ${kernelRelease(system)} releng-simulated GENERIC`;
  return '#1 SMP PREEMPT_DYNAMIC Mon Nov  2 09:00:00 UTC 2026';
}
