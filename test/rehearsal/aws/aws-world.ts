import type { Arch } from '../../../src/core/clouds.ts';
import type { Caller } from '../../../src/rehearsal/engine/call.ts';
import type { Catalogue, CatalogueImage } from '../../../src/rehearsal/engine/catalogue.ts';
import type { Fault, FaultKind } from '../../../src/rehearsal/engine/fault.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { awsModel } from '../../../src/rehearsal/aws/model/aws-model.ts';
import { callEc2 } from '../../../src/rehearsal/aws/model/call-ec2.ts';
import type { Ec2 } from '../../../src/rehearsal/aws/model/ec2.ts';
import { imagesIn } from '../../../src/rehearsal/aws/model/images.ts';
import type { Operation } from '../../../src/rehearsal/aws/model/operations.ts';

export const region = 'eu-north-1';

interface ImageSource {
  readonly owner: string;
  readonly name: string;
  readonly arch: Arch;
  readonly distro: string;
  readonly minDiskGb?: number;
  readonly marketplace?: boolean;
  readonly createdAt?: string;
}

const image = ({ owner, name, arch, distro, minDiskGb = 8, marketplace = false, createdAt = '2026-11-05T06:00:00Z' }: ImageSource): CatalogueImage => ({
  name,
  query: { cloud: 'aws', owners: [owner], namePattern: name.replace(/\d{8}/, '*'), ssmParameter: null, marketplace, newestBy: 'date', includeDeprecated: false },
  arch,
  system: { distro, version: '24.04', title: distro, init: 'cloud-init', serviceManager: 'systemd' },
  defaultUser: distro,
  minDiskGb,
  createdAt,
});

const canonical = '099720109477';

export const catalogue: Catalogue = {
  clouds: {
    aws: {
      regions: [
        { id: 'eu-north-1', name: 'Europe (Stockholm)', zones: ['eu-north-1a', 'eu-north-1b', 'eu-north-1c'] },
        { id: 'us-east-1', name: 'US East (N. Virginia)', zones: ['us-east-1a', 'us-east-1b', 'us-east-1e'] },
      ],
      instanceTypes: [
        { type: 't3.medium', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0416 },
        { type: 't3a.medium', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0376 },
        { type: 'c6a.large', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0765 },
        { type: 't4g.medium', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0336 },
      ],
      images: [
        image({ owner: canonical, name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261105', arch: 'amd64', distro: 'ubuntu' }),
        image({ owner: canonical, name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260612', arch: 'amd64', distro: 'ubuntu', createdAt: '2026-06-12T06:00:00Z' }),
        image({ owner: canonical, name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20261105', arch: 'arm64', distro: 'ubuntu' }),
        image({ owner: '136693071363', name: 'debian-12-amd64-20261110-2290', arch: 'amd64', distro: 'debian' }),
        image({ owner: '792107900819', name: 'Rocky-8-EC2-Base-8.10-20240528.0.x86_64', arch: 'amd64', distro: 'rocky', minDiskGb: 10, createdAt: '2024-05-28T06:00:00Z' }),
        image({ owner: '679593333241', name: 'openSUSE-Leap-16-0-v20261002-hvm-ssd-x86_64', arch: 'amd64', distro: 'opensuse-leap', marketplace: true }),
      ],
    },
  },
};

/** The id of the first image whose name has these words. */
export function imageId(words: string, inRegion = region): string {
  const found = imagesIn(catalogue, inRegion).find(({ source }) => source.name.includes(words));
  if (found === undefined) throw new Error(`no image ${words}`);
  return found.id;
}

export const caller: Caller = { actor: 'client', run: null, session: null, stack: null };

export interface AwsWorld extends MemoryWorld {
  readonly advance: (ms: number) => void;
  /** A call of EC2 in the test's region. */
  readonly ec2: <T>(operation: Operation, work: (ec2: Ec2) => T) => Promise<T>;
}

/** A world of the small catalogue, with a computer's clock that moves by hand. */
export function awsWorld(speed = 1): AwsWorld {
  let nowMs = Date.UTC(2026, 10, 21);
  const world = createMemoryWorld({ models: [awsModel], catalogue, speed, now: () => nowMs });
  return Object.assign(world, {
    advance: (ms: number): void => {
      nowMs += ms;
    },
    ec2: <T>(operation: Operation, work: (ec2: Ec2) => T): Promise<T> => callEc2({ world, caller, region }, operation, {}, work),
  });
}

export const fault = (kind: FaultKind, changes: Partial<Fault> = {}): Fault => ({
  kind,
  spec: kind,
  cloud: 'aws',
  operation: null,
  region: null,
  zone: null,
  call: 1,
  times: null,
  afterMs: null,
  durationMs: null,
  ...changes,
});
