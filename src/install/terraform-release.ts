import { invalidInput, LabError } from '../core/errors.ts';

/** The Terraform that labtui is tested with. */
export const testedVersion = '1.11.4';

/** Where HashiCorp publishes its releases. */
export const hashicorpReleases = 'https://releases.hashicorp.com';

/** Go's names, which the releases are named by, of what Node calls `process.platform` and `process.arch`. */
const systems: ReadonlyMap<string, string> = new Map([
  ['linux', 'linux'],
  ['darwin', 'darwin'],
  ['freebsd', 'freebsd'],
  ['openbsd', 'openbsd'],
]);
const processors: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
  ['arm', 'arm'],
  ['ia32', '386'],
]);

/** One version of Terraform, built for one platform. */
export interface Release {
  readonly version: string;
  /** `linux_amd64` */
  readonly platform: string;
  readonly zipName: string;
  readonly zipUrl: string;
  readonly sumsUrl: string;
  /** Signatures of the sums, the one that names its key first. */
  readonly signatureUrls: readonly string[];
}

export interface ReleaseQuery {
  readonly version: string;
  /** As `process.platform` and `process.arch` say it. */
  readonly platform: string;
  readonly arch: string;
  /** Laid out as HashiCorp's own host. */
  readonly baseUrl: string;
}

/**
 * What is fetched for a version and a platform. Throws kind prerequisite where HashiCorp builds nothing for the
 * platform, kind invalid-input where version or URL are none.
 */
export function releaseOf({ version, platform, arch, baseUrl }: ReleaseQuery): Release {
  // It becomes part of paths.
  if (!/^\d+\.\d+\.\d+(?:-[a-z0-9]+)?$/.test(version)) throw invalidInput(`"${version}" is no version of Terraform`, `such as ${testedVersion}`);
  const system = systems.get(platform);
  const processor = processors.get(arch);
  if (system === undefined || processor === undefined) throw unsupportedPlatform(version, `${platform}/${arch}`);
  const folder = `${checkedBase(baseUrl)}/terraform/${version}`;
  const sums = `${folder}/terraform_${version}_SHA256SUMS`;
  const zipName = `terraform_${version}_${system}_${processor}.zip`;
  return {
    version,
    platform: `${system}_${processor}`,
    zipName,
    zipUrl: `${folder}/${zipName}`,
    sumsUrl: sums,
    signatureUrls: [`${sums}.72D7468F.sig`, `${sums}.sig`],
  };
}

/** SHA-256 of a file as a SHA256SUMS text has it, in lower case; null where the file is not in it. */
export function checksumIn(sums: string, fileName: string): string | null {
  for (const line of sums.split('\n')) {
    const [, checksum, name] = /^([0-9a-f]{64}) [ *](\S+)\s*$/i.exec(line) ?? [];
    if (name === fileName) return checksum?.toLowerCase() ?? null;
  }
  return null;
}

export function unsupportedPlatform(version: string, platform: string): LabError {
  return new LabError({
    kind: 'prerequisite',
    summary: `HashiCorp has no Terraform ${version} for ${platform}`,
    hint: 'OpenTofu may have: https://opentofu.org/docs/intro/install, then: --terraform-bin tofu',
  });
}

function checkedBase(baseUrl: string): string {
  const hint = `such as ${hashicorpReleases}`;
  if (!URL.canParse(baseUrl)) throw invalidInput(`"${baseUrl}" is no URL to fetch Terraform from`, hint);
  const { protocol, username, password, search, hash, origin, pathname } = new URL(baseUrl);
  if (protocol !== 'https:' && protocol !== 'http:') throw invalidInput(`Terraform is fetched over HTTP, not over ${protocol}`, hint);
  // Not shown: it may hold a password.
  if (username !== '' || password !== '') throw invalidInput('the URL to fetch Terraform from has a user in it, which is not supported', hint);
  if (search !== '' || hash !== '') throw invalidInput('the URL to fetch Terraform from ends in a path', hint);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
