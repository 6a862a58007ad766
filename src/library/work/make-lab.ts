import { usualHookTimeoutMs } from '../../core/ready-hooks.ts';
import { applyLab } from '../../lab/apply.ts';
import { planOnly } from '../../lab/plan.ts';
import type { Call } from '../call.ts';
import { changedSession, labRequest } from '../lab-request.ts';
import type { Sink } from '../lab-run.ts';
import type { MatrixOptions } from '../matrix-options.ts';
import type { ApplyOptions, LabOptions } from '../options.ts';
import { withTemporarySessions } from '../ports.ts';
import { isRehearsed, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import type { ProfileFields } from '../profile-fields.ts';
import { openSessions } from '../sessions.ts';
import { wrongUsage } from '../wrong-usage.ts';
import { approval, faultsOf, no, timeoutOf } from './run-options.ts';

/** Makes a lab, or goes on with one; `create` false: writes its Terraform and stops. */
export async function makeLab({ context, settings }: Call, options: ApplyOptions, create: boolean, sink: Sink): Promise<void> {
  const { session, parallelism, waitFor, waitPort } = options;
  if (session !== undefined && options.profile !== undefined) {
    throw wrongUsage('--session and --profile exclude each other: a session has its profile in it');
  }
  const asked = { ...limitsOf(options, settings), keepOnFailure: options.keepOnFailure ?? settings.keepOnFailure };
  const lab = session === undefined ? await labRequest(context, asked) : { session, replan: await changedSession(context, session, asked) };
  const faults = faultsOf(options, context);
  const rehearsed = session === undefined ? faults.rehearse : await isRehearsedSession({ context, session, faults });
  const timeoutMs = timeoutOf(options, settings);
  await withPorts(context, { rehearsed, options: faults, approve: approval(options.approve) }, (ports) =>
    applyLab(
      {
        lab,
        autoApprove: options.approve === undefined,
        parallelism: parallelism ?? settings.parallelism ?? null,
        create,
        hooks: { commands: waitFor ?? [], ports: waitPort ?? [], timeoutMs: timeoutMs ?? usualHookTimeoutMs },
        sink,
        signal: context.signal,
        timeoutMs,
      },
      ports,
    ),
  );
}

/** What an apply would do and cost, in a temporary directory. */
export async function planLab({ context, settings }: Call, options: LabOptions, sink: Sink): Promise<void> {
  const lab = await labRequest(context, limitsOf(options, settings));
  const faults = faultsOf(options, context);
  const timeoutMs = timeoutOf(options, settings);
  await withTemporarySessions((root) =>
    withPorts(context, { rehearsed: faults.rehearse, options: faults, approve: no, sessionsRoot: root }, (ports) => planOnly({ lab, sink, signal: context.signal, timeoutMs }, ports)),
  );
}

/** What describes a lab, as its request is made of it. */
export function limitsOf(options: LabOptions, settings: Call['settings']) {
  return {
    profile: options.profile,
    fields: profileFieldsOf(options),
    maxHourly: options.maxHourly ?? settings.maxHourly ?? undefined,
    requireProtection: options.requireProtection ?? settings.requireProtection,
  };
}

const ofTheRun: Readonly<Record<Exclude<keyof ApplyOptions | keyof MatrixOptions, keyof ProfileFields>, true>> = {
  sessionsDir: true,
  configFile: true,
  terraformBin: true,
  environment: true,
  cwd: true,
  signal: true,
  loadClouds: true,
  timeout: true,
  rehearse: true,
  faults: true,
  profile: true,
  maxHourly: true,
  requireProtection: true,
  session: true,
  approve: true,
  keepOnFailure: true,
  parallelism: true,
  waitFor: true,
  waitPort: true,
  onReadyOutput: true,
  copy: true,
  exclude: true,
  collect: true,
  output: true,
  keepFailed: true,
  reuse: true,
  retries: true,
  skipImpossible: true,
  testTimeout: true,
  onBegin: true,
  openOutput: true,
  onStep: true,
  onCell: true,
};

/** What is no option of the run is a field of the profile; a name that is neither is refused with them. */
function profileFieldsOf(options: LabOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !Object.hasOwn(ofTheRun, key)));
}

async function isRehearsedSession({ context, session, faults }: Pick<Call, 'context'> & { readonly session: string; readonly faults: ReturnType<typeof faultsOf> }): Promise<boolean> {
  const store = openSessions(context);
  const { id } = await store.resolve(session, { archived: true });
  const rehearsed = await isRehearsed(store, id);
  requireRehearsed(id, rehearsed, faults);
  return rehearsed;
}
