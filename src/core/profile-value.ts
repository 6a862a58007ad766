import type { Arch } from './clouds.ts';

/** One value, or one for each cloud that is named. */
export type PerCloud = string | Readonly<Partial<Record<string, string>>>;

interface WholeProfile {
  name: string | null;
  distro: string | readonly string[];
  image: PerCloud | null;
  cloud: string | readonly string[];
  arch: Arch | readonly Arch[];
  size: string;
  instanceType: PerCloud | null;
  region: PerCloud;
  zone: PerCloud;
  count: number;
  ttl: string | null;
  disk: ProfileDisk;
  spot: ProfileSpot;
  ssh: ProfileSsh;
  network: 'isolated' | 'default';
  userData: string | { readonly file: string } | null;
  onReady: string | null;
  tags: Readonly<Record<string, string>>;
  onFailure: 'destroy' | 'keep';
}

/**
 * A whole profile: every field present (contract §4). The schema that it is checked by is in profile.ts; a cloud's own block is read through
 * `cloudSettings` there.
 */
export type Profile = Readonly<WholeProfile>;

export interface ProfileDisk {
  readonly sizeGb: number | null;
  readonly type: 'ssd' | 'standard' | 'provisioned-iops';
  readonly iops: number | null;
  readonly throughput: number | null;
  readonly encrypted: boolean;
}

export interface ProfileSpot {
  readonly enabled: boolean;
  readonly maxPrice: number | null;
  readonly fallback: 'on-demand' | 'fail';
  readonly timeout: string;
}

export interface ProfileSsh {
  readonly user: string | null;
  readonly key: string;
  readonly keyType: 'ed25519' | 'rsa';
  readonly allowFrom: string | readonly string[];
  readonly port: number;
  readonly proxyCommand: string | null;
  readonly timeout: string;
}
