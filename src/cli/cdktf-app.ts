import { homedir } from 'node:os';
import { clouds } from '../clouds/registry.ts';
import { synthesizeApp } from '../clouds/synth.ts';
import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { hostKeysFor, stackJson, type StackJsonInput } from '../lab/stack-json.ts';
import { makeHostKey } from '../ssh/host-key.ts';
import { userData } from '../ssh/user-data.ts';
import type { CliContext } from './context.ts';
import { UsageError } from './failure.ts';
import { openSessions } from '../library/sessions.ts';
import { renderProblem } from './text/problem.ts';
import { createTheme } from './theme.ts';

// The app behind cdktf.json: `npx cdktf synth` for those who know it. LABTUI_SESSION writes the stacks of a session
// again; LABTUI_PROFILE (or LABTUI_DISTRO and LABTUI_CLOUD) looks a profile up and writes its stacks.

declare const LABTUI_VERSION: string;

type Shared = Omit<StackJsonInput, 'hostKeys'>;

async function sessionStacks(context: CliContext, reference: string): Promise<{ stacks: readonly PinnedStack[]; shared: Shared }> {
  const sessions = openSessions(context);
  const { id } = await sessions.resolve(reference, { archived: true });
  const record = await sessions.load(id);
  const ttlMs = record.expiresAt === null ? null : Date.parse(record.expiresAt) - Date.parse(record.createdAt);
  return { stacks: Object.values(record.stacks).map(({ plan }) => plan), shared: { ...record, sessionId: id, ttlMs } };
}

async function profileStacks(context: CliContext): Promise<{ stacks: readonly PinnedStack[]; shared: Shared }> {
  const [{ openPorts }, { labRequest }, { describeLab }, { startRun }] = await Promise.all([
    import('../library/ports.ts'),
    import('../library/lab-request.ts'),
    import('../lab/describe-lab.ts'),
    import('../lab/run.ts'),
  ]);
  const ports = openPorts(context, { clouds, approve: () => Promise.resolve(false) });
  const request = await labRequest(context, {});
  const run = startRun({ now: ports.now, origin: ports.origin, sink: () => undefined, signal: context.signal, timeoutMs: null });
  const { plan, stacks, key } = await describeLab(request, ports, run);
  return { stacks, shared: { ...plan, sessionId: plan.id, key: key.key } };
}

async function main(context: CliContext): Promise<void> {
  const session = context.environment.LABTUI_SESSION;
  const { stacks, shared } = session === undefined ? await profileStacks(context) : await sessionStacks(context, session);
  const ports = { cloud: clouds.of, ssh: { hostKey: makeHostKey, userData } };
  const input = { ...shared, hostKeys: hostKeysFor(stacks, ports) };
  const written = await Promise.all(stacks.map(async (stack) => [stack.id, await stackJson(stack, input, ports)] as const));
  synthesizeApp(new Map(written));
}

const context: CliContext = {
  version: LABTUI_VERSION,
  environment: process.env,
  cwd: process.cwd(),
  home: homedir(),
  settings: { json: false, plain: true, quiet: true, sessionsDir: null, config: null, terraformBin: null },
  loadClouds: () => Promise.resolve(clouds),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  interactive: false,
  columns: 100,
  theme: createTheme(false, process.env),
  signal: new AbortController().signal,
};

try {
  await main(context);
} catch (error) {
  if (!(error instanceof LabError) && !(error instanceof UsageError)) throw error;
  const problem = error instanceof LabError ? error.problem : { kind: 'invalid-input' as const, summary: error.message, hint: error.hint };
  context.err(renderProblem(problem, context.theme));
  process.exitCode = 3;
}
