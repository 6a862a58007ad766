import type { Arch } from '../core/clouds.ts';
import type { PerCloud, ProfileDisk, ProfileSpot, ProfileSsh } from '../core/profile-value.ts';

/**
 * The fields of a profile, as a program gives them. Each wins over the environment, the profile that is named, labtui.yaml and the user's
 * configuration; what nobody gives has its default. Paths are relative to `cwd`.
 */
export interface ProfileFields {
  /** Of the session, and the beginning of its id: a-z, 0-9 and -, at most 40. @default the distribution and the cloud */
  readonly name?: string | undefined;
  /** `fedora@44`, or `fedora` for the newest that is supported; of several each gets a stack. */
  readonly distro?: string | readonly string[] | undefined;
  /** One exact image: an id, a name or a URN. @default the distribution's newest, looked up */
  readonly image?: PerCloud | null | undefined;
  /** `aws`, or `aws:eu-west-1`; of several each gets a stack. */
  readonly cloud?: string | readonly string[] | undefined;
  /** Several are an order of preference. @default amd64 */
  readonly arch?: Arch | readonly Arch[] | undefined;
  /** `small`, `lab`, `medium`, `large`, or a cloud's own type. @default lab */
  readonly size?: string | undefined;
  /** A cloud's own type; wins over the size. */
  readonly instanceType?: PerCloud | null | undefined;
  /** @default auto: the one configured for the cloud's own tools, else the nearest */
  readonly region?: PerCloud | undefined;
  /** @default auto */
  readonly zone?: PerCloud | undefined;
  /** Machines in each stack. @default 1 */
  readonly count?: number | undefined;
  /** Time to live, 15m to 30d; null: none. @default 4h */
  readonly ttl?: string | null | undefined;
  readonly disk?: Partial<ProfileDisk> | undefined;
  readonly spot?: Partial<ProfileSpot> | undefined;
  readonly ssh?: Partial<ProfileSsh> | undefined;
  /** @default isolated: a network of its own */
  readonly network?: 'isolated' | 'default' | undefined;
  /** A script or cloud-config for the first start: its text, or its file. */
  readonly userData?: string | { readonly file: string } | null | undefined;
  /** A command on this computer once all is ready, with the hosts as JSON on its standard input. */
  readonly onReady?: string | null | undefined;
  /** On everything that is made, beside labtui's own. */
  readonly tags?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly aws?: AwsFields | undefined;
  readonly azure?: { readonly subscriptionId?: string | null | undefined; readonly subnetId?: string | null | undefined } | undefined;
  readonly gcp?: { readonly project?: string | null | undefined; readonly subnetwork?: string | null | undefined } | undefined;
  readonly libvirt?: { readonly uri?: string | null | undefined } | undefined;
  readonly local?: { readonly forward?: readonly string[] | undefined; readonly share?: string | null | undefined } | undefined;
  /** What becomes of machines that did not get ready. @default destroy */
  readonly onFailure?: 'destroy' | 'keep' | undefined;
}

export interface AwsFields {
  readonly profile?: string | null | undefined;
  readonly iamInstanceProfile?: string | null | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly subnetId?: string | null | undefined;
  readonly endpoint?: string | null | undefined;
}
