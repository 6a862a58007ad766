import type { Ssh } from '../core/ssh.ts';
import { makeHostKey } from './host-key.ts';
import { expectHostKey, forgetHostKey } from './expected-host-key.ts';
import { openKnownHosts } from './known-hosts.ts';
import { type Patience, usualPatience } from './patience.ts';
import { prepareKey } from './prepare-key.ts';
import { writeConfig, writeSessionFiles } from './session-files.ts';
import type { Dial } from './transport.ts';
import { userData } from './user-data.ts';

export interface SshOptions {
  /** SSH_AUTH_SOCK is read from it, and proxy commands run in it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly homeDir: string;
  /** How long readiness waits for what. @default usualPatience */
  readonly patience?: Patience;
  /** How machines are reached that are on no network: simulated ones. @default by TCP or the session's proxy command */
  readonly dial?: Dial | undefined;
}

/** Keys, user data, trust and readiness, on this computer. */
export function createSsh({ environment, homeDir, patience = usualPatience, dial }: SshOptions): Ssh {
  const socket = environment.SSH_AUTH_SOCK;
  const agentSocket = socket === undefined || socket === '' ? null : socket;
  const knownHosts = openKnownHosts();
  return {
    prepareKey: (ssh) => prepareKey(ssh, { homeDir, agentSocket, environment }),
    hostKey: makeHostKey,
    writeSessionFiles,
    writeConfig,
    expectHostKey: (paths, name, publicKey, former) => expectHostKey(knownHosts, paths.knownHosts, { name, publicKey, former }),
    forgetHostKey: (paths, name, publicKey) => forgetHostKey(knownHosts, paths.knownHosts, name, publicKey),
    userData,
    // Loads ssh2, which is heavy: only once there is a machine to wait for.
    waitUntilReady: async (request) => {
      const { waitUntilReady } = await import('./ready.ts');
      return waitUntilReady(request, { environment, knownHosts, patience, dial });
    },
    awaitHooks: async (request) => {
      const { awaitHooks } = await import('./await-hooks.ts');
      return awaitHooks(request, { environment, patience, dial });
    },
    moveTimer: async (request) => {
      const { moveTimer } = await import('./move-timer.ts');
      return moveTimer(request, { environment, knownHosts, dial });
    },
  };
}
