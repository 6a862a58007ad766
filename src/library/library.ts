// What `import ... from 'labtui'` gives. To import it loads next to nothing: what a call needs comes with the call.
export type { Host, LabEvent, LeftResource, Phase, PlanEvent, ReceiptEvent, ResultEvent } from '../core/events.ts';
export { type ErrorKind, exitCodes, LabError, type Problem } from '../core/errors.ts';
export type { SessionSummary } from '../core/session.ts';
export type { Question } from '../lab/question.ts';
export { extend, refresh, replace, restart, snapshot, start, stop, type Verification, verify } from './change.ts';
export { cleanup, destroy } from './end.ts';
export type { FinalEvent, LabRun } from './lab-run.ts';
export { events, type EventsOptions, list, type ListOptions, show } from './look.ts';
export { apply, plan, synth } from './make.ts';
export type { Cell, CellOutcome, CellResult, CellStep, CellTimings } from '../core/matrix.ts';
export { run } from './matrix.ts';
export type { CellStreams } from '../lab/matrix/cell-streams.ts';
export type { MatrixBegin, MatrixOptions } from './matrix-options.ts';
export type { ApplyOptions, Approve, CallOptions, CleanupOptions, DestroyOptions, LabOptions, MachineOptions, ReplaceOptions, RunOptions } from './options.ts';
export type { ProfileFields } from './profile-fields.ts';
export type { ShownSession } from './shown-session.ts';
export type { CopyReport } from './copy-report.ts';
export { copy, type CopyOptions, exec, type ExecOptions, type Executed } from './reach.ts';
