import { constants } from 'node:os';
import { execa } from 'execa';
import { LabError } from '../core/errors.ts';
import type { Host } from '../core/events.ts';

export interface OpenSshRequest {
  /** The session's ssh/config. */
  readonly config: string;
  /** The machine's name. */
  readonly alias: string;
  /** Empty: a login shell. Joined with spaces by ssh, as always. */
  readonly command: readonly string[];
  /** Off unless it is asked for: who is root there can use what the agent holds. @default false */
  readonly forwardAgent?: boolean;
  /** Another machine of the same config, through which this one is reached: at `address`, where it has one that only that machine sees. */
  readonly jump?: { readonly alias: string; readonly address: string | null } | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** The way to a machine through another one of its session; undefined: straight. */
export function wayThrough(jump: Host | undefined, host: Host): OpenSshRequest['jump'] {
  return jump === undefined || jump.name === host.name ? undefined : { alias: jump.name, address: host.privateIp };
}

/** Arguments of the system's ssh for a machine of a session. */
export function openSshArguments({ config, alias, command, forwardAgent = false, jump }: Omit<OpenSshRequest, 'environment'>): readonly string[] {
  // What is named here wins over the config, which has ForwardAgent no and may have a ProxyCommand.
  const way = jump === undefined ? [] : ['-o', `ProxyJump=${jump.alias}`, ...(jump.address === null ? [] : ['-o', `HostName=${jump.address}`])];
  return ['-F', config, ...(forwardAgent ? ['-A'] : []), ...way, alias, ...(command.length === 0 ? [] : ['--', ...command])];
}

/**
 * Runs the system's ssh on the user's own terminal and resolves to its exit code: the remote command's, 255 where the
 * connection failed, 128 + n where a signal ended ssh. Rejects with a LabError (prerequisite) where there is no ssh.
 */
export async function runOpenSsh(request: OpenSshRequest): Promise<number> {
  const ssh = execa('ssh', openSshArguments(request), {
    stdio: 'inherit',
    env: request.environment,
    extendEnv: false,
    reject: false,
    cleanup: false,
  });
  // The terminal gives its signals to ssh as well, which knows what to do with them; a signal sent to this process alone
  // is passed on, and this process stays until ssh is done.
  const passOn = (signal: NodeJS.Signals) => void ssh.kill(signal);
  const ignore = () => undefined;
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', passOn).on('SIGHUP', passOn);
  try {
    const { exitCode, signal, code } = await ssh;
    if (code === 'ENOENT') {
      throw new LabError({
        kind: 'prerequisite',
        summary: 'there is no ssh on this computer',
        hint: 'install OpenSSH (openssh-client, openssh-clients), or use labtui exec',
      });
    }
    if (exitCode !== undefined) return exitCode;
    return signal === undefined ? 255 : 128 + constants.signals[signal];
  } finally {
    process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn);
  }
}
