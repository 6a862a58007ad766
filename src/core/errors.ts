/** What went wrong, in the words of the contract (§6, `diagnostic.kind`). */
export const errorKinds = [
  'credentials',
  'prerequisite',
  'terms',
  'quota',
  'capacity',
  'image',
  'network',
  'throttled',
  'permission',
  'invalid-input',
  'not-found',
  'conflict',
  'state',
  'not-ready',
  'preempted',
  'internal',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** Process exit codes of the contract (§3). A remote command's own code passes through besides these. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  invalidInput: 3,
  prerequisite: 4,
  failed: 5,
  notReady: 6,
  leftBehind: 7,
  notApproved: 8,
  differences: 9,
  testsFailed: 10,
  /** `exec --timeout`, as timeout(1) has it. */
  timedOut: 124,
  interrupted: 130,
  terminated: 143,
} as const;

/** A problem as data: what a classifier returns, what a `diagnostic` event carries. */
export interface Problem {
  readonly kind: ErrorKind;
  /** The cloud's or Terraform's own code, such as `VcpuLimitExceeded`. */
  readonly code?: string | undefined;
  readonly summary: string;
  readonly detail?: string | undefined;
  /** What to do, ready to paste where it is a command. */
  readonly hint?: string | undefined;
  /** The Terraform address it concerns. */
  readonly address?: string | undefined;
  readonly retryable?: boolean | undefined;
  /**
   * Nothing but this stands in the way: in another zone of the region, in another region or with another type, or on demand in the
   * place of spot, the same may succeed at once. Absent: nowhere else, or not known.
   */
  readonly holdsFor?: 'zone' | 'region' | 'spot' | undefined;
  /** Zones that the refusal itself names as a way out, in its order and as the cloud writes them. */
  readonly zonesOffered?: readonly string[] | undefined;
}

/**
 * An expected failure: its message is for the user and needs no stack trace.
 * Anything else that is thrown is a bug (exit 1).
 */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly problem: Problem;
  /** Set where the outcome has a code of its own, whatever its kind (8: not approved), and in what the library rejects with. */
  readonly exitCode: number | undefined;

  constructor(problem: Problem, options: { cause?: unknown; exitCode?: number } = {}) {
    super(problem.summary, options.cause === undefined ? undefined : { cause: options.cause });
    this.problem = problem;
    this.exitCode = options.exitCode;
  }

  get kind(): ErrorKind {
    return this.problem.kind;
  }

  /** The cloud's or Terraform's own code. */
  get code(): string | undefined {
    return this.problem.code;
  }

  get summary(): string {
    return this.problem.summary;
  }

  /** What to do. */
  get hint(): string | undefined {
    return this.problem.hint;
  }
}

/** Shorthand for the commonest refusal: the user's input cannot work. */
export function invalidInput(summary: string, hint?: string, detail?: string): LabError {
  return new LabError({ kind: 'invalid-input', summary, hint, detail });
}

/**
 * Exit code of a kind (contract §3). The same missing credentials are a prerequisite before anything was
 * created (4) and a failed run afterwards (5).
 */
export function exitCodeOf(kind: ErrorKind, moment: 'before-creation' | 'after-creation'): number {
  switch (kind) {
    case 'invalid-input':
    case 'image':
    case 'not-found':
      return exitCodes.invalidInput;
    case 'credentials':
    case 'terms':
    case 'prerequisite':
      return moment === 'before-creation' ? exitCodes.prerequisite : exitCodes.failed;
    case 'quota':
    case 'capacity':
    case 'network':
    case 'throttled':
    case 'permission':
    case 'conflict':
    case 'state':
    case 'preempted':
      return exitCodes.failed;
    case 'not-ready':
      return exitCodes.notReady;
    case 'internal':
      return exitCodes.bug;
  }
}

const severityOrder: readonly number[] = [
  exitCodes.bug,
  exitCodes.leftBehind,
  exitCodes.failed,
  exitCodes.notReady,
  exitCodes.prerequisite,
  exitCodes.invalidInput,
];

/** Exit code of several stacks: the first of 1, 7, 5, 6, 4, 3 that occurs (contract §3), 0 when none does. */
export function worstExitCode(codes: readonly number[]): number {
  for (const code of severityOrder) if (codes.includes(code)) return code;
  return codes.find((code) => code !== 0) ?? 0;
}
