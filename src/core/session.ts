import type { Emit, Host, LabEvent, Phase, ProtectionEvent } from './events.ts';
import type { PinnedStack, SshPlan } from './plan.ts';
import type { Profile } from './profile.ts';

/** How far one stack came. */
export interface StackRecord {
  readonly plan: PinnedStack;
  readonly phase: Phase;
  /** Set, on disk, before Terraform may create anything: from then on something may exist. */
  readonly applyStartedAt: string | null;
  /** Set when a teardown proved that nothing is left. */
  readonly goneAt: string | null;
  readonly hosts: readonly Host[];
}

/** The key pair the session logs in with. */
export type SessionKey =
  /** Made by labtui, under `ssh/`. */
  | { readonly kind: 'generated'; readonly publicKey: string }
  /** The user's own; `privateKeyFile` null: the agent has it. */
  | { readonly kind: 'existing'; readonly publicKey: string; readonly privateKeyFile: string | null }
  /** A key pair that exists in the cloud under this name. */
  | { readonly kind: 'cloud'; readonly cloudKeyName: string; readonly privateKeyFile: string | null };

/** session.json: everything that show, ssh and destroy need, without profile, distro file or network. */
export interface SessionRecord {
  readonly v: 1;
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly phase: Phase;
  /** When each phase was last entered. */
  readonly phaseTimes: Readonly<Partial<Record<Phase, string>>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly rehearsed: boolean;
  /** The whole resolved profile, for planning the same lab again. */
  readonly profile: Profile;
  readonly ssh: SshPlan;
  readonly key: SessionKey;
  readonly userData: string | null;
  readonly onReady: string | null;
  readonly onFailure: 'destroy' | 'keep';
  readonly protection: Pick<ProtectionEvent, 'by' | 'until' | 'missing'>;
  readonly stacks: Readonly<Record<string, StackRecord>>;
}

/** What `list` needs of a session: cheap to read for a thousand of them. */
export interface SessionSummary {
  readonly id: string;
  readonly name: string;
  readonly distro: readonly string[];
  readonly clouds: readonly string[];
  readonly regions: readonly string[];
  readonly size: string;
  readonly phase: Phase;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** Sum over all stacks, of what has a price; null where that of a machine is unknown. */
  readonly hourlyCost: number | null;
  readonly currency: string | null;
  readonly protectedBy: readonly string[];
  readonly rehearsed: boolean;
  readonly archived: boolean;
  /** Why it cannot be read, for a directory that someone damaged; the other fields are then empty. */
  readonly problem: string | null;
}

/** Paths of one session's directory (contract §5). */
export interface SessionPaths {
  readonly root: string;
  readonly sessionJson: string;
  readonly events: string;
  readonly ssh: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  /** Terraform's CLI configuration of a rehearsed session; a real one has none. */
  readonly rehearsalConfig: string;
  readonly receipt: string;
  readonly stack: (stackId: string) => string;
  readonly state: (stackId: string) => string;
  readonly backups: (stackId: string) => string;
}

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
  /** Takes a broken state out of the way, kept beside the backups under the name that is returned. */
  setStateAside(id: string, stackId: string): Promise<string>;
  /** Removes the private key and moves the session to the archive. */
  archive(id: string): Promise<void>;
  /** Brings an archived session back, so that it can be planned again. */
  unarchive(id: string): Promise<void>;
  /** Removes a session that never got as far as creating anything. */
  discard(id: string): Promise<void>;
}
