import type { Cloud } from '../core/cloud.ts';
import type { CloudId } from '../core/clouds.ts';
import type { DistroCatalogue } from '../core/distro.ts';
import type { Emit, Host, HostEvent, LabEvent, PlanEvent } from '../core/events.ts';
import type { SessionKey, SessionPaths, SessionRecord, SessionSummary } from '../core/session.ts';
import type { StateFile, Terraform } from '../core/terraform.ts';

/** A session's lock: names its holder, ends with it. */
export interface SessionLock {
  release(): Promise<void>;
}

export interface SessionStore {
  /** Absolute. */
  readonly root: string;
  paths(id: string): SessionPaths;
  /** Makes the directory with its modes and writes session.json durably. Rejects when it exists. */
  create(record: SessionRecord): Promise<SessionPaths>;
  load(id: string): Promise<SessionRecord>;
  /** Writes session.json atomically and durably (fsync, rename). */
  save(record: SessionRecord): Promise<void>;
  /** By id, unambiguous prefix, or unique name; rejects with kind not-found or invalid-input, naming the near ones. */
  resolve(reference: string, options?: { readonly archived?: boolean }): Promise<{ readonly id: string; readonly archived: boolean }>;
  list(options: { readonly archived: boolean }): Promise<readonly SessionSummary[]>;
  /** Waits up to 30 s for another labtui on the session, then rejects with kind conflict naming it. */
  lock(id: string, purpose: string, emit: Emit): Promise<SessionLock>;
  appendEvent(id: string, event: LabEvent): void;
  readEvents(id: string): Promise<readonly LabEvent[]>;
  /** Keeps a copy of the stack's state among the last 30, durably; does nothing when it did not change or is not whole. */
  backupState(id: string, stackId: string): Promise<void>;
  /** Puts the newest whole backup in the place of a broken state; null when there is none. Returns the backup's file name. */
  restoreNewestBackup(id: string, stackId: string): Promise<string | null>;
  /** Removes the private key and moves the session to the archive. */
  archive(id: string): Promise<void>;
  /** Removes a session that never got as far as creating anything. */
  discard(id: string): Promise<void>;
}

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
  readonly init: 'cloud-init' | 'startup-script' | 'ignition' | 'none';
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called at every change of stage or reason. */
  readonly onHost: (host: HostEvent) => void;
}

export type ReadyOutcome =
  | { readonly ok: true; readonly host: Host; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly host: Host; readonly interrupted: boolean; readonly reason: string };

export interface Ssh {
  prepareKey(ssh: SessionRecord['ssh']): Promise<PreparedKey>;
  hostKey(): HostKey;
  /** Writes ssh/ of the session: key pair, known_hosts with the given lines, config. */
  writeSessionFiles(paths: SessionPaths, session: SessionRecord, key: PreparedKey, hostKeys: ReadonlyMap<string, string>): Promise<void>;
  /** Rewrites ssh/config after addresses became known or changed. */
  writeConfig(paths: SessionPaths, session: SessionRecord): Promise<void>;
  userData(input: UserDataInput): string;
  /** TCP, banner, auth with host key replaced and pinned, cloud-init. */
  waitUntilReady(request: ReadyRequest): Promise<ReadyOutcome>;
}

export interface UserDataInput {
  readonly hostName: string;
  readonly hostKey: HostKey | null;
  /** Login user to make sure of, with this key; null: the image's own way (cloud key) suffices. */
  readonly user: string;
  readonly publicKey: string | null;
  readonly sshPort: number;
  /** The guest shuts itself down then; null: no TTL. */
  readonly expiresAt: string | null;
  readonly ttlMs: number | null;
  readonly motd: readonly string[];
  readonly serviceManager: 'systemd' | 'openrc' | 'rc';
  readonly userPart: string | null;
}

/** What a use case may touch. The command line, the tests and later the terminal UI fill it in. */
export interface LabPorts {
  readonly now: () => Date;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly cloud: (id: CloudId) => Cloud;
  readonly distros: DistroCatalogue;
  readonly terraform: Terraform;
  readonly sessions: SessionStore;
  readonly ssh: Ssh;
  readonly readState: (file: string) => Promise<StateFile>;
  /** The caller's public IPv4 address; rejects with kind prerequisite where nobody answers. */
  readonly callerAddress: (signal: AbortSignal) => Promise<string>;
  readonly approve: (question: Question) => Promise<boolean>;
  readonly owner: string;
  readonly labtuiVersion: string;
}

export type Question =
  | { readonly about: 'create'; readonly plans: Readonly<Record<string, PlanEvent>> }
  | { readonly about: 'destroy'; readonly sessions: readonly SessionRecord[] };
