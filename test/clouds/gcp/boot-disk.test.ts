import { describe, expect, it } from 'vitest';
import { bootDisk, bootDiskType } from '../../../src/clouds/gcp/boot-disk.ts';
import { gcpFacts } from '../../../src/clouds/gcp/facts.ts';

const ssd = { sizeGb: 100, type: 'ssd', iops: null, throughput: null } as const;
const provisioned = { ...ssd, type: 'provisioned-iops' } as const;
const standard = { ...ssd, type: 'standard' } as const;

describe('boot disks', () => {
  it.each([
    ['e2-medium', 'pd-balanced', null, 'pd-standard'],
    ['n1-standard-1', 'pd-balanced', null, 'pd-standard'],
    ['custom-2-4096', 'pd-balanced', null, 'pd-standard'],
    ['n2-custom-4-8192-ext', 'pd-balanced', null, 'pd-standard'],
    ['t2a-standard-2', 'pd-balanced', null, 'pd-standard'],
    ['g2-standard-4', 'pd-balanced', null, null],
    ['c3-standard-4-lssd', 'pd-balanced', 'hyperdisk-balanced', null],
    ['n4-highcpu-2', 'hyperdisk-balanced', 'hyperdisk-balanced', null],
    ['n4d-custom-4-8192', 'hyperdisk-balanced', 'hyperdisk-balanced', null],
    ['c4a-highcpu-2', 'hyperdisk-balanced', 'hyperdisk-balanced', null],
    ['n4a-highcpu-2', 'hyperdisk-balanced', 'hyperdisk-balanced', null],
  ])('of %s: %s for ssd, %s for provisioned-iops, %s for standard', (type, ...expected) => {
    expect([ssd, provisioned, standard].map((disk) => bootDiskType(disk, type))).toEqual(expected);
  });

  it('are what the catalogue notes of its types', () => {
    for (const { type, notes } of gcpFacts.instanceTypes) {
      expect(bootDiskType(ssd, type), type).toBe(notes?.includes('needs a hyperdisk-balanced') === true ? 'hyperdisk-balanced' : 'pd-balanced');
    }
  });

  it('have iops and throughput only where they were asked for', () => {
    expect(bootDisk(ssd, 'e2-medium')).toEqual({ type: 'pd-balanced', sizeGb: 100 });
    expect(bootDisk(ssd, 'n4-highcpu-2')).toEqual({ type: 'hyperdisk-balanced', sizeGb: 100 });
    expect(bootDisk({ ...ssd, iops: 5_000 }, 'c3-standard-4')).toEqual({ type: 'hyperdisk-balanced', sizeGb: 100, iops: 5_000 });
    expect(bootDisk(provisioned, 'n4-highcpu-2')).toEqual({ type: 'hyperdisk-balanced', sizeGb: 100, iops: 3_000 });
    expect(bootDisk({ ...provisioned, sizeGb: 5 }, 'n4-highcpu-2')).toMatchObject({ iops: 2_500 });
    expect(bootDisk({ ...provisioned, iops: 10_000, throughput: 2_400 }, 'c4a-highcpu-2')).toMatchObject({ iops: 10_000, throughput: 2_400 });
  });

  it.each([
    [provisioned, 'e2-medium', 'disk.type provisioned-iops needs a Hyperdisk, which e2-medium does not take'],
    [{ ...ssd, iops: 5_000 }, 't2a-standard-2', 'disk.iops needs a Hyperdisk'],
    [{ ...ssd, throughput: 200 }, 'e2-medium', 'disk.throughput needs a Hyperdisk'],
    [standard, 'n4-highcpu-2', 'n4-highcpu-2 takes no magnetic disk'],
    [{ ...standard, throughput: 200 }, 'e2-medium', 'disk.throughput does not go with disk.type standard'],
    [{ ...ssd, sizeGb: 9 }, 'e2-medium', 'a pd-balanced disk has 10 to 65536 GB, not 9'],
    [{ ...ssd, sizeGb: 3 }, 'n4-highcpu-2', 'a hyperdisk-balanced disk has 4 to 65536 GB, not 3'],
    [{ ...provisioned, iops: 60_000 }, 'n4-highcpu-2', 'goes from 3000 to 50000, not 60000'],
    [{ ...provisioned, iops: 100 }, 'n4-highcpu-2', 'goes from 3000 to 50000, not 100'],
    [{ ...provisioned, throughput: 800 }, 'n4-highcpu-2', 'goes from 140 to 750 MiB/s, not 800'],
    [{ ...provisioned, sizeGb: 1_000, iops: 160_000, throughput: 140 }, 'n4-highcpu-2', 'goes from 625 to 2400 MiB/s, not 140'],
  ])('are refused where Google Cloud would refuse them: %o on %s', (disk, type, message) => {
    expect(() => bootDisk(disk, type)).toThrow(message);
  });
});
