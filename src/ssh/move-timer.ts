import { LabError } from '../core/errors.ts';
import type { MoveTimerOutcome, MoveTimerRequest } from '../core/ssh.ts';
import { capture } from './channel.ts';
import { type Connection, connectTo } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { ttlCommand, ttlFile, ttlTimer } from './guest-ttl.ts';
import type { KnownHosts } from './known-hosts.ts';
import { credentialsOf, targetOf } from './login.ts';
import { asRoot } from './rotate-script.ts';
import type { Dial } from './transport.ts';

interface Context {
  readonly environment: NodeJS.ProcessEnv;
  readonly knownHosts: KnownHosts;
  readonly dial?: Dial | undefined;
}

const loginTimeoutMs = 20_000;
const toldBy = 'LABTUI-TTL';

/** Arms the guest's own timer anew, and says what it is then: a restart of the timer takes systemd a moment. */
const script = (at: number, seconds: number): string => `
test -x ${ttlCommand} || command -v labtui-ttl >/dev/null || { echo 'it has no timer of its own' >&2; exit 3; }
${ttlCommand} ${at} ${seconds} </dev/null >/dev/null || exit 4
armed() { ! test -d /run/systemd/system || systemctl -q is-active ${ttlTimer}; }
armed || sleep 1
armed || sleep 3
armed || { echo '${ttlTimer} is not active' >&2; exit 5; }
read -r at most <${ttlFile} || exit 6
echo "${toldBy} $at"
`;

/**
 * Sets the deadline of a running guest anew over SSH, under its pinned host key, and reads it back. Never rejects for a guest that does
 * not answer or refuses: its old deadline then stands.
 */
export async function moveTimer({ host, session, paths, until, afterMs, signal }: MoveTimerRequest, { environment, knownHosts, dial }: Context): Promise<MoveTimerOutcome> {
  const before = session.expiresAt;
  let connection: Connection | null = null;
  try {
    const pinnedKeys = (await knownHosts.read(paths.knownHosts, host.name)).map(({ publicKey }) => publicKey);
    if (pinnedKeys.length === 0) return { moved: false, at: before, reason: 'no host key of it is known' };
    connection = await connectTo({
      target: targetOf(host, session, dial),
      credentials: await credentialsOf(paths, session, environment),
      pinnedKeys,
      timeoutMs: loginTimeoutMs,
      signal,
      environment,
    });
    const at = Math.floor(Date.parse(until) / 1_000);
    const { code, stdout, stderr } = await capture(connection, asRoot, { input: script(at, Math.ceil(afterMs / 1_000)) });
    const told = Number(new RegExp(`^${toldBy} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 'none');
    const complaint = stderr.trim().split('\n').at(-1) ?? '';
    if (code !== 0) return { moved: false, at: before, reason: complaint === '' ? `the guest refused it (exit ${code})` : complaint };
    if (told !== at) return { moved: false, at: Number.isNaN(told) ? null : new Date(told * 1_000).toISOString(), reason: 'the guest keeps another deadline' };
    return { moved: true, at: new Date(at * 1_000).toISOString() };
  } catch (error) {
    if (!(error instanceof ConnectError) && !(error instanceof LabError)) throw error;
    return { moved: false, at: before, reason: error.message };
  } finally {
    connection?.close();
  }
}
