import type { Arch } from '../../core/clouds.ts';
import type { InitKind } from '../../core/distro.ts';
import type { InstanceState } from '../../core/events.ts';

/** What a machine runs, from its image. */
export interface GuestSystem {
  readonly distro: string;
  readonly version: string;
  readonly title: string;
  readonly init: InitKind;
  readonly serviceManager: 'systemd' | 'openrc' | 'rc';
}

export interface GuestHostKey {
  /** OpenSSH or PKCS#8 PEM, as ssh2 reads it. */
  readonly privateKeyPem: string;
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string;
}

export interface AuthorizedKey {
  /** null: the image's default user. */
  readonly user: string | null;
  readonly publicKey: string;
}

/** The guest inside an instance, the same for every cloud. Times are of the world's clock, in ms. */
export interface Machine {
  readonly state: InstanceState;
  readonly hostName: string;
  readonly system: GuestSystem;
  readonly imageName: string;
  readonly arch: Arch;
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly privateIp: string;
  /** null: none, or not yet. */
  readonly publicIp: string | null;
  readonly launchedAtMs: number;
  /** The last start of the guest; null: it has not booted yet. */
  readonly bootedAtMs: number | null;
  /** From then on SSH answers; null: never, or not running. */
  readonly sshAtMs: number | null;
  /** From then on cloud-init is done. */
  readonly cloudInitAtMs: number | null;
  /** Decoded text. */
  readonly userData: string | null;
  /** Login user that the image sets up. */
  readonly defaultUser: string;
  /** Keys of the cloud's metadata; those of the user data come on top. */
  readonly authorizedKeys: readonly AuthorizedKey[];
  /** As the guest shows it now; null: it makes one at its first boot. */
  readonly hostKey: GuestHostKey | null;
  /** What the cloud does when the guest powers itself off. */
  readonly onShutdown: 'stop' | 'terminate';
  /** The guest's own timer (TTL) fires then. */
  readonly guestShutdownAtMs: number | null;
  /** The cloud's own deadline, and what it does then. */
  readonly deadline: { readonly atMs: number; readonly action: 'stop' | 'terminate' } | null;
  readonly spot: boolean;
  /** Set from the cloud's notice on: when it takes the machine. */
  readonly preemptedAtMs: number | null;
  readonly stateReason: string | null;
  /** A fault: its SSH never answers, or its cloud-init never ends well. */
  readonly neverReady: boolean;
  /** A fault: the public address it has, and does not show yet or ever. */
  readonly withheldIp?: string | null | undefined;
  /** The deadline that the guest was told later, in the place of that of its user data. */
  readonly guestDeadlineAtMs?: number | undefined;
  /** What the cloud does with a machine it takes back. @default 'terminate' */
  readonly onPreemption?: 'stop' | 'terminate' | undefined;
}
