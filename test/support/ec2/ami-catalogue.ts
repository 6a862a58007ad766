import { createHash } from 'node:crypto';

/** A machine image as the bench offers it, in every region. */
export interface Ami {
  readonly id: string;
  readonly owner: string;
  readonly ownerAlias: string | null;
  readonly name: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly createdAt: string;
  readonly rootDevice: string;
  readonly rootSizeGb: number;
  readonly enaSupport: boolean;
  /** Set for one that DescribeImages shows only with IncludeDeprecated. */
  readonly deprecatedAt: string | null;
}

type Line = readonly [owner: string, name: string, sizeGb: number, options?: { readonly device?: string; readonly deprecated?: boolean }];

/**
 * Owners and name forms of the distributions' own images. `{u}` (amd64, arm64), `{x}` (x86_64, aarch64) and
 * `{a}` (x86_64, arm64) make one image each per architecture; a name with none of them is x86_64 only.
 */
const lines: readonly Line[] = [
  ...['jammy-22.04', 'focal-20.04'].map((release): Line => ['099720109477', `ubuntu/images/hvm-ssd/ubuntu-${release}-{u}-server-20261102`, 8]),
  ['099720109477', 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{u}-server-20260612', 8],
  ['099720109477', 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{u}-server-20261105', 8],
  ['099720109477', 'ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-{u}-server-20261108', 8],
  ...['11', '12', '13'].map((release): Line => ['136693071363', `debian-${release}-{u}-20261110-2290`, 8, { device: '/dev/xvda' }]),
  ...['42', '43', '44'].map((release): Line => ['125523088429', `Fedora-Cloud-Base-AmazonEC2.{x}-${release}-20261101.0`, 6]),
  ['125523088429', 'CentOS Stream 9 {x} 20261026', 10],
  ['125523088429', 'CentOS Stream 10 {x} 20261026', 10],
  ['792107900819', 'Rocky-8-EC2-Base-8.10-20240528.0.{x}', 10, { deprecated: true }],
  ['792107900819', 'Rocky-9-EC2-Base-9.6-20260812.0.{x}', 10],
  ['792107900819', 'Rocky-9-EC2-Base-9.7-20261021.0.{x}', 10],
  // An older minor that was published again later: the youngest is not the newest.
  ['792107900819', 'Rocky-9-EC2-Base-9.4-20261111.0.{x}', 10],
  ['792107900819', 'Rocky-10-EC2-Base-10.1-20261020.0.{x}', 10],
  ['647457786197', 'arch-linux-std-hvm-2026.11.09.x86_64-ebs', 2],
  ...['8.10', '9.7', '10.1'].map((release): Line => ['764336703387', `AlmaLinux OS ${release}.20261031 {x}`, 10]),
  ['679593333241', 'openSUSE-Leap-16-0-v20261002-hvm-ssd-{a}-a516e959-df54-4035-bb1a-63599b7a6df9', 10],
  ['013907871322', 'suse-sles-15-sp7-v20261013-hvm-ssd-{a}', 10],
  ['013907871322', 'suse-sles-16-0-v20261013-hvm-ssd-{a}', 10],
  ['137112412989', 'amzn2-ami-kernel-5.10-hvm-2.0.20260609.0-{a}-gp2', 8, { device: '/dev/xvda' }],
  ['137112412989', 'al2023-ami-2023.9.20261103.0-kernel-6.12-{a}', 8, { device: '/dev/xvda' }],
  ['131827586825', 'OL8.10-x86_64-HVM-2026-10-07', 37],
  ['131827586825', 'OL9.6-x86_64-HVM-2026-10-07', 37],
  ['131827586825', 'OL10.0-x86_64-HVM-2026-10-07', 37],
  ...['8.10', '9.7', '10.1'].map((release): Line => ['309956199498', `RHEL-${release}.0_HVM-20261012-{a}-0-Hourly2-GP3`, 10]),
  ...['3.23.3', '3.24.1'].map((release): Line => ['538276064493', `alpine-${release}-{x}-uefi-cloudinit-r0`, 1, { device: '/dev/xvda' }]),
  ['679593333241', 'debian-kali-last-snapshot-amd64-2026.4.0-804fcc46-63fc-4eb6-85a1-50e66d6c7215', 12, { device: '/dev/xvda' }],
  ['075585003325', 'Flatcar-stable-4230.2.4-hvm', 9, { device: '/dev/xvda' }],
  ['075585003325', 'Flatcar-stable-4230.2.4-arm64-hvm', 9, { device: '/dev/xvda' }],
  ['427812963091', 'nixos/26.05.1044.6c9a78c09ff4-{x}-linux', 4, { device: '/dev/xvda' }],
  // Somebody else's image under a distribution's name: a query without owner would take it, as it is the youngest.
  ['999999999999', 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{u}-server-20261120', 8],
  // A stranger among the owner's own: no network adapter that current instance types take.
  ['999999999999', 'no-ena-x86_64-20261101', 8],
];

/** Every image of the bench. */
export const amis: readonly Ami[] = lines.flatMap(([owner, form, rootSizeGb, options = {}]) =>
  architecturesOf(form).map(({ name, architecture }): Ami => {
    const day = /(20\d\d)[.-]?(\d\d)[.-]?(\d\d)/.exec(name);
    return {
      id: `ami-${createHash('sha256').update(`${owner} ${name}`).digest('hex').slice(0, 17)}`,
      owner,
      ownerAlias: owner === '137112412989' ? 'amazon' : owner === '679593333241' ? 'aws-marketplace' : null,
      name,
      architecture,
      createdAt: day === null ? '2026-10-01T00:00:00.000Z' : `${day[1]}-${day[2]}-${day[3]}T06:00:00.000Z`,
      rootDevice: options.device ?? '/dev/sda1',
      rootSizeGb,
      enaSupport: !name.startsWith('no-ena'),
      deprecatedAt: options.deprecated === true ? '2026-09-01T00:00:00.000Z' : null,
    };
  }),
);

function architecturesOf(form: string): readonly { readonly name: string; readonly architecture: 'x86_64' | 'arm64' }[] {
  const named = (u: string, x: string, a: string) => form.replaceAll('{u}', u).replaceAll('{x}', x).replaceAll('{a}', a);
  if (form === named('', '', '')) return [{ name: form, architecture: form.includes('arm64') ? 'arm64' : 'x86_64' }];
  return [
    { name: named('amd64', 'x86_64', 'x86_64'), architecture: 'x86_64' },
    { name: named('arm64', 'aarch64', 'arm64'), architecture: 'arm64' },
  ];
}

/**
 * The same images in the form that moto reads from MOTO_AMIS_PATH. Without their dates: moto 5.2 fails on those in
 * the second region it loads.
 */
export function motoAmis(): readonly Readonly<Record<string, unknown>>[] {
  return amis.map((ami) => ({
    ami_id: ami.id,
    state: 'available',
    public: true,
    owner_id: ami.owner,
    image_location: `${ami.owner}/${ami.name}`,
    sriov: 'simple',
    root_device_type: 'ebs',
    root_device_name: ami.rootDevice,
    description: ami.name,
    image_type: 'machine',
    platform: null,
    architecture: ami.architecture,
    name: ami.name,
    virtualization_type: 'hvm',
    hypervisor: 'xen',
  }));
}
