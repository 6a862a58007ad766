import { LabError } from '../core/errors.ts';
import type { ReadyOutcome, ReadyRequest } from '../core/ssh.ts';
import { awaitCloudInit } from './await-cloud-init.ts';
import type { Connection, ConnectRequest } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { logInPatiently, type Login } from './first-login.ts';
import { guestTimerIsArmed } from './guest-timer.ts';
import { followHost, type HostProgress } from './host-progress.ts';
import { fingerprint } from './key-format.ts';
import type { KnownHosts, PinOrigin } from './known-hosts.ts';
import { credentialsOf, targetOf } from './login.ts';
import { longer, type Patience, pause } from './patience.ts';
import { spendHostKey } from './spend-host-key.ts';
import type { Dial } from './transport.ts';

export interface ReadyContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly knownHosts: KnownHosts;
  readonly patience: Patience;
  readonly dial?: Dial | undefined;
}

type Step<T> = { readonly kind: 'ok'; readonly value: T } | Exclude<Login, { kind: 'in' }>;

/** undefined: nobody could look. */
type GuestTimer = 'armed' | 'absent' | undefined;

/**
 * Waits until a machine can be used: TCP, banner, login with the host key checked, that key replaced by the guest's own
 * and pinned, cloud-init done. Resolves with what it came to; an aborted signal is `interrupted`, not an error.
 */
export async function waitUntilReady(request: ReadyRequest, context: ReadyContext): Promise<ReadyOutcome> {
  const progress = followHost({ ...request.host, stage: null, reason: null }, request.onHost);
  const warnings: string[] = [];
  const step = await reach(request, context, progress, warnings).catch(asFailure);
  if (step.kind === 'ok') return { ok: true, host: progress.host, warnings, guestTimer: step.value };
  const interrupted = step.kind === 'interrupted';
  const reason = interrupted ? 'interrupted' : step.reason;
  if (!interrupted) progress.at(progress.host.stage ?? 'tcp', reason);
  return { ok: false, host: progress.host, interrupted, reason };
}

async function reach(
  request: ReadyRequest,
  context: ReadyContext,
  progress: HostProgress,
  warnings: string[],
): Promise<Step<GuestTimer>> {
  const { session, paths, host, signal } = request;
  const connect = {
    target: targetOf(host, session, context.dial),
    credentials: await credentialsOf(paths, session, context.environment),
    environment: context.environment,
  };
  const pinned = async () => (await context.knownHosts.read(paths.knownHosts, host.name)).map(({ publicKey }) => publicKey);
  const logIn = async (): Promise<Login> =>
    logInPatiently(
      { ...connect, pinnedKeys: await pinned(), signal },
      { timeoutMs: request.timeoutMs, patience: context.patience, progress },
    );

  if ((await pinned()).length === 0) await pinPublished(request, context, progress);
  const login = await logIn();
  if (login.kind !== 'in') return login;
  const trusted = await establishTrust(login.connection, connect, request, context, warnings);
  if (trusted.kind !== 'ok') return trusted;
  const { connection, origin } = trusted.value;
  progress.learn({
    hostKeyFingerprint: fingerprint(connection.hostKey),
    hostKeyTrust: origin === 'first-use' || origin === 'guest-attributes' ? origin : 'injected',
  });
  if (signal.aborted) {
    connection.close();
    return { kind: 'interrupted' };
  }
  return settle(connection, request, progress, warnings, logIn);
}

/** Waits for the host keys that the guest publishes through its cloud, and pins them. Without any the first use decides. */
async function pinPublished({ publishedHostKeys, host, paths, signal }: ReadyRequest, { knownHosts, patience }: ReadyContext, progress: HostProgress): Promise<void> {
  if (publishedHostKeys === undefined) return;
  const endsAt = Date.now() + patience.publishedMs;
  for (let pauseMs = patience.firstPauseMs; !signal.aborted; pauseMs = longer(pauseMs, patience)) {
    // A cloud that does not answer now may the next time; in the end the warning of a first use says that nothing was known.
    const keys = await publishedHostKeys().catch(() => []);
    if (keys.length > 0) return knownHosts.pin(paths.knownHosts, host.name, keys.map((publicKey) => ({ publicKey, origin: 'guest-attributes' })));
    if (Date.now() + pauseMs >= endsAt) return;
    progress.at('tcp', 'waiting for the host key that the guest publishes');
    await pause(pauseMs, signal);
  }
}

/** Pins what is not pinned yet, and spends what was injected. */
async function establishTrust(
  connection: Connection,
  connect: Pick<ConnectRequest, 'target' | 'credentials' | 'environment'>,
  { paths, host }: ReadyRequest,
  { knownHosts, patience }: ReadyContext,
  warnings: string[],
): Promise<Step<{ readonly connection: Connection; readonly origin: PinOrigin }>> {
  const pins = await knownHosts.read(paths.knownHosts, host.name);
  const pin = pins.find(({ publicKey }) => publicKey === connection.hostKey);
  if (pin === undefined) {
    await knownHosts.pin(paths.knownHosts, host.name, [{ publicKey: connection.hostKey, origin: 'first-use' }]);
    warnings.push('no host key was known before the first login; the one it showed is pinned');
    return { kind: 'ok', value: { connection, origin: 'first-use' } };
  }
  if (pin.origin !== 'injected') {
    // An earlier run was cut off between pinning the new key and forgetting the old one.
    if (pins.length > 1) await knownHosts.pin(paths.knownHosts, host.name, [pin]);
    return { kind: 'ok', value: { connection, origin: pin.origin } };
  }
  const spending = await spendHostKey({
    connection,
    connect,
    patience,
    pin: (keys) => knownHosts.pin(paths.knownHosts, host.name, keys),
  });
  if (spending.kind === 'failed') return spending;
  if (spending.warning !== null) warnings.push(spending.warning);
  return { kind: 'ok', value: { connection: spending.connection, origin: 'injected' } };
}

/** The rest of the machine's start: cloud-init, and its own deadline. */
async function settle(
  first: Connection,
  { init, signal, session }: ReadyRequest,
  progress: HostProgress,
  warnings: string[],
  reconnect: () => Promise<Login>,
): Promise<Step<GuestTimer>> {
  let connection = first;
  let degraded: string | null = null;
  try {
    if (init === 'cloud-init') {
      progress.at('cloud-init', 'cloud-init: running');
      const wait = await awaitCloudInit(connection, { signal, reconnect });
      if (wait.kind !== 'over') return wait;
      ({ connection } = wait);
      const { outcome } = wait;
      if (outcome.kind === 'failed') return { kind: 'failed', reason: `cloud-init failed: ${outcome.errors.join('; ')}` };
      if (outcome.kind === 'degraded') {
        degraded = `cloud-init: degraded: ${outcome.errors.join('; ')}`;
        warnings.push(degraded);
      }
    }
    let timer: GuestTimer;
    if (session.expiresAt !== null && (init === 'cloud-init' || init === 'ignition')) {
      timer = (await guestTimerIsArmed(connection)) ? 'armed' : 'absent';
      if (timer === 'absent') warnings.push(`the machine has not armed its own deadline (${session.expiresAt}): it will not end by itself`);
    }
    progress.at('ready', degraded);
    return { kind: 'ok', value: timer };
  } finally {
    connection.close();
  }
}

function asFailure(error: unknown): Step<GuestTimer> {
  if (error instanceof ConnectError) return { kind: 'failed', reason: error.message };
  if (!(error instanceof LabError)) throw error;
  const { summary, hint } = error.problem;
  return { kind: 'failed', reason: hint === undefined ? summary : `${summary}; ${hint}` };
}
