import type { Clouds } from '../core/open-clouds.ts';
import type { Question } from '../lab/question.ts';
import type { ProfileFields } from './profile-fields.ts';

/** What every call takes: the world around it, of which it changes nothing. */
export interface CallOptions {
  /** Where sessions are kept. @default as for the command line: LABTUI_SESSIONS_DIR, ./sessions where it exists, the user's state directory */
  readonly sessionsDir?: string | undefined;
  /** A configuration file in the place of the user's own. */
  readonly configFile?: string | undefined;
  /** The terraform or tofu to run. @default the one on PATH */
  readonly terraformBin?: string | undefined;
  /** Variables: PATH, HOME, LABTUI_*, and those of the clouds, which must be as they are in the process. @default process.env as it is at the call */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** What relative paths start from. @default process.cwd() */
  readonly cwd?: string | undefined;
  /** Ends the call cleanly when it is aborted, as Ctrl-C does; with the reason `SIGTERM`, as that does (exit code 143 in the place of 130). */
  readonly signal?: AbortSignal | undefined;
  /** @internal Clouds in the place of the registered ones. */
  readonly loadClouds?: (() => Promise<Clouds>) | undefined;
}

/** What every run takes. */
export interface RunOptions extends CallOptions {
  /** Over the whole run: `10m`, or milliseconds. @default none */
  readonly timeout?: string | number | undefined;
  /** Makes labs on simulated clouds: no account, no cost. On a session that exists: refuses a real one. */
  readonly rehearse?: boolean | undefined;
  /** What is to go wrong in a rehearsal: `quota,cloud=aws` (labtui demo --list-faults). */
  readonly faults?: readonly string[] | undefined;
}

/** What lab is meant, and how much it may cost. */
export interface LabOptions extends ProfileFields, RunOptions {
  /** A profile by its name, or by a path to its YAML. */
  readonly profile?: string | undefined;
  /** Refuse a lab that costs more US dollars per hour, disks and addresses included. */
  readonly maxHourly?: number | undefined;
  /** Refuse a lab that nothing but its owner would end. */
  readonly requireProtection?: boolean | undefined;
}

export interface ApplyOptions extends LabOptions {
  /** Goes on with this session; fields of the profile then change it. */
  readonly session?: string | undefined;
  /** Sees the plan and says whether it is to be. @default it is: a program called */
  readonly approve?: Approve | undefined;
  /** Leaves what a failed run created. */
  readonly keepOnFailure?: boolean | undefined;
  /** Stacks at work at the same time. @default all */
  readonly parallelism?: number | undefined;
  /** Ready only when each of these commands has ended with 0 on every machine. */
  readonly waitFor?: readonly string[] | undefined;
  /** Ready only when each of these TCP ports answers on every machine. */
  readonly waitPort?: readonly number[] | undefined;
  /** Gets what the profile's `onReady` prints. @default nobody */
  readonly onReadyOutput?: ((text: string) => void) | undefined;
}

export type Approve = (question: Question) => boolean | Promise<boolean>;

export interface ReplaceOptions extends RunOptions, Pick<ProfileFields, 'distro' | 'size' | 'instanceType' | 'arch' | 'image' | 'disk'> {
  /** Only this stack. @default all */
  readonly stack?: string | undefined;
  /** Only this machine. @default all */
  readonly host?: string | undefined;
  /** A failed replacement makes the former machines again. @default true */
  readonly rollback?: boolean | undefined;
  readonly approve?: Approve | undefined;
}

export interface DestroyOptions extends RunOptions {
  /** Sees what is to go and says whether it is. @default it is */
  readonly approve?: Approve | undefined;
  /** Sessions at work at the same time. @default what the free memory has room for, at most 10 */
  readonly parallelism?: number | undefined;
  /** The clouds' own APIs delete by tag, where there is no Terraform. */
  readonly withoutTerraform?: boolean | undefined;
}

/** Which sessions of the directory a cleanup ends. @default all of them */
export interface CleanupOptions extends DestroyOptions {
  /** Those past their deadline. */
  readonly expired?: boolean | undefined;
  /** Those made longer ago than this: `4h`. */
  readonly olderThan?: string | undefined;
}

/** Which machines of a session. */
export interface MachineOptions extends RunOptions {
  /** Only this machine. @default all */
  readonly host?: string | undefined;
  /** Only this stack. @default all */
  readonly stack?: string | undefined;
}
