import type { Emit, Host, LabEvent, Phase, ProtectionEvent } from './events.ts';
import type { PinnedStack, SshPlan } from './plan.ts';
import type { MachinesState } from './power.ts';
import type { Profile } from './profile-value.ts';

/** How far one stack came. */
export interface StackRecord {
  readonly plan: PinnedStack;
  readonly phase: Phase;
  /** Set, on disk, before Terraform may create anything: from then on something may exist. */
  readonly applyStartedAt: string | null;
  /** Set when a teardown proved that nothing is left. */
  readonly goneAt: string | null;
  readonly hosts: readonly Host[];
  /** What the guests' own timers are known to be; absent: what their user data says. */
  readonly guestDeadline?: GuestDeadline | undefined;
  /** Machines are being made something else, or that was cut off, or failed; absent: all is as `plan` says. */
  readonly replacement?: Replacement | undefined;
  /** The written Terraform may be one that was only planned: the one that goes with `plan` is kept beside it. Absent: it is that one. */
  readonly rewriting?: true | undefined;
  /** List price per hour of the stack as its machines are, some of them stopped; absent: all run, and the plan says it. */
  readonly presentHourlyCost?: number | null | undefined;
}

/**
 * A replacement of machines that has begun and is not over: `plan` and the written Terraform are what is wanted, and each of the
 * machines is the former one, the wanted one, or gone. On disk before anything of it happens.
 */
export interface Replacement {
  /** ISO time. */
  readonly startedAt: string;
  /** The stack as it was when all of it worked. */
  readonly from: PinnedStack;
  /** Those in question, with the public host key that was injected into the wanted one; null: it makes its own. */
  readonly machines: readonly { readonly name: string; readonly hostKey: string | null }[];
  /** They have been made: the keys of the former ones are forgotten. */
  readonly isMade?: true | undefined;
}

/** The timers inside of a stack's machines: when the first of them ends its machine (null: never), and why that is not the session's deadline. */
export interface GuestDeadline {
  readonly at: string | null;
  readonly reason: string | null;
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
  /** What its machines do, as recorded; `mixed`: not all the same; null: there is none yet. */
  readonly state: MachinesState | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** Sum over all stacks, of what has a price; null where that of a machine is unknown. */
  readonly hourlyCost: number | null;
  /** The same as its machines are now, some or all of them stopped. */
  readonly presentHourlyCost: number | null;
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

/** A kept copy of a stack's state. */
export interface StateBackup {
  /** The file's name: the time it was kept. */
  readonly name: string;
  readonly file: string;
  /** When it was kept, ISO 8601. */
  readonly time: string;
  readonly bytes: number;
}

/** What a session's directory needed after it was copied, unpacked or restored. */
export interface Mended {
  /** Files and directories that others could read, closed to all but the owner: `ssh/id_ed25519 (0644)`. */
  readonly closed: readonly string[];
  /** Those that could not be closed: they belong to somebody else. */
  readonly open: readonly string[];
  /** Stacks whose links to providers lead nowhere, or to another place's; the links are gone, so that init makes them anew. */
  readonly unlinked: readonly string[];
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
  /**
   * Keeps a copy of the stack's state among the last 30, durably; does nothing when it did not change, is not whole, or is of
   * another lineage than the copies before it.
   */
  backupState(id: string, stackId: string): Promise<void>;
  /** Calls back whenever the stack's state file is another than before, also when it appears or goes, until closed. */
  watchState(id: string, stackId: string, onChange: () => void): { close(): void };
  /** The kept copies of the stack's state, newest first. Whether each is whole is for `readState` to say. */
  backups(id: string, stackId: string): Promise<readonly StateBackup[]>;
  /** Puts one of them in the state's place, durably. What was there is kept: among the copies, or beside them where it is no whole state of theirs. */
  putBack(id: string, stackId: string, name: string): Promise<void>;
  /** Puts the newest whole backup whose file is accepted in the place of a broken state; null when there is none. Returns the backup's file name. */
  restoreNewestBackup(id: string, stackId: string, accept: (file: string) => Promise<boolean>): Promise<string | null>;
  /** Takes a broken state out of the way, kept beside the backups under the name that is returned. */
  setStateAside(id: string, stackId: string): Promise<string>;
  /** Puts right what a copy of the session's directory has lost. Does nothing in one as labtui leaves it. */
  mend(id: string): Promise<Mended>;
  /** Removes the private key and moves the session to the archive. */
  archive(id: string): Promise<void>;
  /** Brings an archived session back, so that it can be planned again. */
  unarchive(id: string): Promise<void>;
  /** Removes a session that never got as far as creating anything. */
  discard(id: string): Promise<void>;
}
