import type { InitKind } from './distro.ts';
import type { Host, HostEvent } from './events.ts';
import type { SshPlan } from './plan.ts';
import type { ReadyHooks } from './ready-hooks.ts';
import type { SessionKey, SessionPaths, SessionRecord } from './session.ts';

/** The session's login key, before its directory exists. */
export interface PreparedKey {
  readonly key: SessionKey;
  /** Written under ssh/ once the session's directory exists; null where the user's own key is used. */
  readonly privateKeyPem: string | null;
}

/** One machine's own host key, handed over in its user data and spent after the first login. */
export interface HostKey {
  readonly privateKeyPem: string;
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string;
}

export interface ReadyRequest {
  readonly host: Host;
  readonly session: SessionRecord;
  readonly paths: SessionPaths;
  readonly init: InitKind;
  /** To the first authentication; what follows is bounded by the signal. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Public host keys that the guest has published through its cloud so far; absent: that cloud, or image, has no such way. */
  readonly publishedHostKeys?: (() => Promise<readonly string[]>) | undefined;
  /** Called at every change of stage or reason. */
  readonly onHost: (host: HostEvent) => void;
}

export type ReadyOutcome =
  /** `guestTimer`: whether the guest's own deadline is armed; absent: nobody could look. */
  | { readonly ok: true; readonly host: Host; readonly warnings: readonly string[]; readonly guestTimer?: 'armed' | 'absent' | undefined }
  | { readonly ok: false; readonly host: Host; readonly interrupted: boolean; readonly reason: string };

export interface UserDataInput {
  /** How the image takes instructions, and so the form of the text. */
  readonly init: InitKind;
  readonly hostName: string;
  /** null: the image makes its own. */
  readonly hostKey: HostKey | null;
  /** Login user that the image itself sets up; null: the cloud creates any. */
  readonly imageUser: string | null;
  /** Login user to make sure of. */
  readonly user: string;
  /** The key to let in; null: the cloud puts its own key in place for the login user. */
  readonly publicKey: string | null;
  readonly sshPort: number;
  /** The guest shuts itself down then; null: no TTL. */
  readonly expiresAt: string | null;
  readonly ttlMs: number | null;
  readonly motd: readonly string[];
  readonly serviceManager: 'systemd' | 'openrc' | 'rc';
  /** The user's own user data, handed over as it is. */
  readonly userPart: string | null;
}

export interface MoveTimerRequest {
  readonly host: Host;
  readonly session: SessionRecord;
  readonly paths: SessionPaths;
  /** The new deadline, ISO time, and how long it is to it from now. */
  readonly until: string;
  readonly afterMs: number;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** `moved`: set and read back. `at`: when the guest ends itself now, as far as it says; null: it does not. */
export type MoveTimerOutcome = { readonly moved: true; readonly at: string } | { readonly moved: false; readonly at: string | null; readonly reason: string };

export interface HookRequest {
  readonly host: Host;
  readonly session: SessionRecord;
  readonly paths: SessionPaths;
  readonly hooks: ReadyHooks;
  readonly signal: AbortSignal;
  /** Called with the flag that is waited for from now on. */
  readonly onWait: (flag: string) => void;
}

/** `reason` names the flag that was not reached, and what it said last. */
export type HookOutcome = { readonly ok: true } | { readonly ok: false; readonly interrupted: boolean; readonly reason: string };

/** Keys, trust and readiness: what a use case needs of SSH. */
export interface Ssh {
  /** Rejects with kind prerequisite where a key or its private half is missing, invalid-input where `ssh` cannot work. */
  prepareKey(ssh: SshPlan): Promise<PreparedKey>;
  hostKey(): HostKey;
  /** Writes ssh/ of the session: key pair, known_hosts with the given public host keys by machine name, config. */
  writeSessionFiles(
    paths: SessionPaths,
    session: SessionRecord,
    key: PreparedKey,
    hostKeys: ReadonlyMap<string, string>,
  ): Promise<void>;
  /** Rewrites ssh/config after addresses became known or changed. */
  writeConfig(paths: SessionPaths, session: SessionRecord): Promise<void>;
  /**
   * Writes into known_hosts what a machine that is made anew will show first; null: it makes its own key. `former`: whether the keys
   * that are known of the machine stay beside it, as long as the former one may still answer.
   */
  expectHostKey(paths: SessionPaths, name: string, publicKey: string | null, former: 'keep' | 'forget'): Promise<void>;
  /** Takes a key out of known_hosts again that was expected of a machine and that nobody will show. */
  forgetHostKey(paths: SessionPaths, name: string, publicKey: string): Promise<void>;
  /** Text of a machine's user data. Throws invalid-input where the user's part cannot be handed over. */
  userData(input: UserDataInput): string;
  /** TCP, banner, auth with host key replaced and pinned, cloud-init. */
  waitUntilReady(request: ReadyRequest): Promise<ReadyOutcome>;
  /** Waits for what else a ready machine is to do. */
  awaitHooks(request: HookRequest): Promise<HookOutcome>;
  /** Sets the deadline of a running guest anew, and reads it back. Never rejects for a guest that does not answer. */
  moveTimer(request: MoveTimerRequest): Promise<MoveTimerOutcome>;
}
