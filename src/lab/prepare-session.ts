import type { Host } from '../core/events.ts';
import type { LabPlan, PinnedStack } from '../core/plan.ts';
import type { Profile } from '../core/profile.ts';
import type { SessionRecord, StackRecord } from '../core/session.ts';
import { protectionOf, type SweeperLayer } from '../core/protection.ts';
import type { PreparedKey } from '../core/ssh.ts';
import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';
import { openBook, type SessionBook } from './session-book.ts';
import { hostKeysFor, stackJson } from './stack-json.ts';

export interface PrepareInput {
  readonly plan: LabPlan;
  readonly profile: Profile;
  readonly stacks: readonly PinnedStack[];
  readonly key: PreparedKey;
  readonly ports: LabPorts;
  readonly run: Run;
  /** The session exists already (planned again): its directory is kept. */
  readonly existing: boolean;
}

export interface PreparedSession {
  readonly book: SessionBook;
  /** Writes a stack's Terraform again, with the same keys, where the stack has changed. */
  readonly rewrite: (stack: PinnedStack) => Promise<void>;
}

/**
 * Makes the session: key pair, directory, session.json, and the Terraform of every stack.
 * From here on the directory is the whole truth. Nothing exists in a cloud yet.
 */
export async function prepareSession(input: PrepareInput): Promise<PreparedSession> {
  const { ports, run } = input;
  run.phase('preparing-keys', 8, 'a key pair, and one host key per machine');
  const record = newRecord(input, await ports.sweeper());
  if (input.existing) await ports.sessions.save(record);
  else await ports.sessions.create(record);
  run.recordTo(ports.sessions, record.id);
  try {
    await ports.rehearsal?.prepare(ports.sessions.paths(record.id));
    return await fillSession(input, record);
  } catch (error) {
    if (!input.existing) {
      run.stopRecording();
      await ports.sessions.discard(record.id);
    }
    throw error;
  }
}

async function fillSession({ plan, stacks, key, ports, run }: PrepareInput, record: SessionRecord): Promise<PreparedSession> {
  const book = openBook(record, ports);
  const hostKeys = hostKeysFor(stacks, ports);
  const publicKeys = new Map([...hostKeys].map(([name, hostKey]) => [name, hostKey.publicKey]));
  await ports.ssh.writeSessionFiles(book.paths, record, key, publicKeys);

  run.phase('synthesizing', 12, 'writing the Terraform');
  await book.enter('synthesizing');
  const shared = { ...plan, sessionId: plan.id, key: key.key, hostKeys };
  const write = async (stack: PinnedStack): Promise<void> => {
    const json = await stackJson(stack, shared, ports);
    await ports.writeFile(`${book.paths.stack(stack.id)}/cdk.tf.json`, json);
  };
  await run.measure('synth', () => Promise.all(stacks.map(write)));
  return { book, rewrite: write };
}

function newRecord({ plan, profile, stacks, key, ports }: PrepareInput, sweeper: SweeperLayer): SessionRecord {
  return {
    v: 1,
    id: plan.id,
    name: plan.name,
    createdAt: plan.createdAt,
    expiresAt: plan.expiresAt,
    owner: plan.owner,
    tags: plan.tags,
    phase: 'preparing-keys',
    phaseTimes: { validating: plan.createdAt, 'preparing-keys': ports.now().toISOString() },
    versions: { labtui: ports.labtuiVersion },
    rehearsed: ports.rehearsal !== null,
    profile,
    ssh: plan.ssh,
    key: key.key,
    userData: plan.userData,
    onReady: plan.onReady,
    onFailure: plan.onFailure,
    protection: protectionOf(plan.expiresAt, stacks, (id) => ports.cloud(id).facts, sweeper),
    stacks: Object.fromEntries(stacks.map((stack) => [stack.id, newStack(stack)])),
  };
}

function newStack(stack: PinnedStack): StackRecord {
  return {
    plan: stack,
    phase: 'synthesizing',
    applyStartedAt: null,
    goneAt: null,
    hosts: stack.machines.map(({ name }) => expectedHost(stack, name)),
  };
}

function expectedHost(stack: PinnedStack, name: string): Host {
  return {
    name,
    instanceId: null,
    state: 'unknown',
    region: stack.region,
    zone: stack.zone,
    publicIp: null,
    publicDns: null,
    privateIp: null,
    launchedAt: null,
    user: stack.user,
    port: stack.sshPort,
    hostKeyFingerprint: null,
    hostKeyTrust: null,
    stage: null,
    reason: null,
  };
}
