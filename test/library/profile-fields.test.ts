import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { clouds } from '../../src/clouds/registry.ts';
import { fieldsLayer } from '../../src/input/fields-layer.ts';
import { profileSchemas } from '../../src/input/layer-schema.ts';
import type { ProfileFields } from '../../src/library/profile-fields.ts';

/** Every field that the type has, at every depth: what is missing here does not compile. */
type Whole<T> = { readonly [Key in keyof T]-?: NonNullable<T[Key]> extends readonly unknown[] ? NonNullable<T[Key]> : NonNullable<T[Key]> extends object ? Whole<NonNullable<T[Key]>> : NonNullable<T[Key]> };

const every: Whole<Omit<ProfileFields, 'image' | 'instanceType' | 'region' | 'zone' | 'distro' | 'cloud' | 'arch' | 'userData' | 'tags'>> & ProfileFields = {
  name: 'lab',
  distro: ['debian@12', 'fedora'],
  image: { aws: 'ami-0123456789abcdef0' },
  cloud: ['aws:eu-west-1', 'gcp'],
  arch: ['arm64', 'amd64'],
  size: 'small',
  instanceType: { aws: 't3.large' },
  region: { aws: 'eu-west-1' },
  zone: 'auto',
  count: 2,
  ttl: '1h',
  disk: { sizeGb: 40, type: 'ssd', iops: 3000, throughput: 125, encrypted: true },
  spot: { enabled: true, maxPrice: 0.1, fallback: 'fail', timeout: '1m' },
  ssh: { user: 'me', key: 'generate', keyType: 'rsa', allowFrom: '198.51.100.7', port: 2222, proxyCommand: 'nc %h %p', timeout: '1m' },
  network: 'default',
  userData: { file: './init.sh' },
  onReady: 'true',
  tags: { team: 'kernel', cost: 3 },
  aws: { profile: 'work', iamInstanceProfile: 'lab', securityGroupIds: ['sg-0123456789abcdef0'], subnetId: 'subnet-0123456789abcdef0', endpoint: 'http://localhost:4566' },
  azure: { subscriptionId: '11111111-2222-4333-8444-555555555555', subnetId: '/subscriptions/1' },
  gcp: { project: 'p', subnetwork: 's' },
  libvirt: { uri: 'qemu:///system' },
  local: { forward: ['8080:80'], share: '/tmp' },
  onFailure: 'keep',
};

describe('the fields of a profile, as a program gives them', async () => {
  const surroundings = { cwd: '/work', home: '/home/me', environment: {}, clouds: await clouds.forProfiles() };
  const layer = (fields: ProfileFields | Readonly<Record<string, unknown>>) => fieldsLayer({ ...fields }, surroundings);

  it('are those of the schema, all of them, at every depth', () => {
    const schema = profileSchemas(surroundings.clouds).whole;
    const keysOf = (fields: object): readonly string[] => Object.keys(fields).sort();
    expect(keysOf(every)).toEqual(keysOf(schema.shape));
    for (const [name, field] of Object.entries<z.core.$ZodType>(schema.shape)) {
      const inner = field instanceof z.ZodPrefault ? field.unwrap() : field;
      if (inner instanceof z.ZodObject) expect([name, ...keysOf(Object.entries(every).find(([key]) => key === name)?.[1] as object)]).toEqual([name, ...keysOf(inner.shape)]);
    }
  });

  it('are taken as they are, paths from the working directory; what is undefined is not there', () => {
    expect(layer(every).value).toMatchObject({ ...every, userData: { file: '/work/init.sh' }, tags: { team: 'kernel', cost: '3' } });
    expect(layer({ ttl: undefined, size: 'lab', disk: { sizeGb: undefined, type: 'ssd' } }).value).toEqual({ size: 'lab', disk: { type: 'ssd' } });
    expect(layer({ ttl: null }).value).toEqual({ ttl: null });
  });

  it('that are wrong are refused by their names', () => {
    expect(() => layer({ ttl: '5x' })).toThrow('ttl: expected a duration such as 15m, 4h or 2d');
    expect(() => layer({ disk: { sizeGb: -1 } })).toThrow(/^disk\.sizeGb: /);
    expect(() => layer({ distroo: 'debian' })).toThrow('unknown key "distroo", did you mean "distro"?');
  });
});
