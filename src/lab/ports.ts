import type { Cloud } from '../core/cloud.ts';
import type { CloudId } from '../core/clouds.ts';
import type { DistroCatalogue } from '../core/distro.ts';
import type { EventOrigin, Host } from '../core/events.ts';
import type { Ledger } from '../core/ledger.ts';
import type { NearestRegion } from '../core/nearest-region.ts';
import type { PriceBook } from '../core/prices.ts';
import type { SweeperLayer } from '../core/protection.ts';
import type { SessionPaths, SessionStore } from '../core/session.ts';
import type { Ssh } from '../core/ssh.ts';
import type { StateFile, Terraform } from '../core/terraform.ts';
import type { Question } from './question.ts';

export type { SessionLock, SessionStore } from '../core/session.ts';
export type { PlannedReplacement, Question } from './question.ts';
export type { HostKey, PreparedKey, ReadyOutcome, ReadyRequest, Ssh, UserDataInput } from '../core/ssh.ts';

/** What a use case may touch. The command line, the tests and later the terminal UI fill it in. */
export interface LabPorts {
  readonly now: () => Date;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly cloud: (id: CloudId) => Cloud;
  readonly distros: DistroCatalogue;
  readonly terraform: Terraform;
  readonly sessions: SessionStore;
  /** Where labtui has created something: written before Terraform may. */
  readonly ledger: Ledger;
  readonly ssh: Ssh;
  readonly readState: (file: string) => Promise<StateFile>;
  /** Writes a file of the session durably, 0600, its directory made 0700 where it is missing. */
  readonly writeFile: (file: string, text: string) => Promise<void>;
  /** A file of the session as text. Rejects where it cannot be read. */
  readonly readFile: (file: string) => Promise<string>;
  readonly fileExists: (file: string) => boolean;
  /** Runs the profile's `onReady` with the hosts as JSON on its standard input; its exit code. */
  readonly runOnReady: (command: string, hosts: readonly Host[], signal: AbortSignal) => Promise<number>;
  /** Keeps the stack trace of a bug, in the session's directory where there is one; the file, or null. */
  readonly keepStackTrace: (error: unknown, sessionRoot: string | null) => string | null;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A cloud's regions, nearest first, where nobody names one. */
  readonly nearestRegions: (cloud: CloudId) => Promise<readonly NearestRegion[]>;
  /** The prices in force. Nothing is read before the first price is asked for. */
  readonly prices: PriceBook;
  /** The caller's public IPv4 address; rejects with kind prerequisite where nobody answers. */
  readonly callerAddress: (signal: AbortSignal) => Promise<string>;
  readonly approve: (question: Question) => Promise<boolean>;
  readonly owner: string;
  /** Who is at work, and with which labtui: for the audit trail. */
  readonly origin: EventOrigin;
  /** Whether a schedule of this computer ends what has expired in this sessions directory. */
  readonly sweeper: () => Promise<SweeperLayer>;
  readonly labtuiVersion: string;
  /** Set where the clouds behind these ports are simulated. */
  readonly rehearsal: RehearsalPort | null;
}

/** What a use case must know of a rehearsal. */
export interface RehearsalPort {
  /** How the session's machines are reached, in the place of a network. */
  readonly proxyCommand: string;
  /** Writes into the session's directory what keeps its Terraform in the rehearsal, also by hand. */
  prepare(paths: SessionPaths): Promise<void>;
}
