/** Stage of a connection that did not come about. */
export type ConnectStage = 'tcp' | 'banner' | 'auth';

/**
 * network: nobody there, or the line broke · host-key: another machine, or one that is not set up yet · permission: the
 * key was not let in.
 */
export type ConnectProblem = 'network' | 'host-key' | 'permission';

/** Why a connection did not come about, in the words shown to the user. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly stage: ConnectStage;
  readonly problem: ConnectProblem;

  constructor(stage: ConnectStage, problem: ConnectProblem, reason: string) {
    super(reason);
    this.stage = stage;
    this.problem = problem;
  }
}

const systemReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve',
};

/** What an error of the socket or of ssh2 means at a stage. */
export function connectError(stage: ConnectStage, error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (message === 'All configured authentication methods failed') {
    return new ConnectError('auth', 'permission', 'Permission denied (publickey)');
  }
  // The server has keys of other types only, so not the pinned one.
  if (message.includes('no matching host key format')) {
    return new ConnectError('auth', 'host-key', 'the machine shows no host key of the pinned type');
  }
  if (message.startsWith('Timed out while waiting for handshake')) {
    return new ConnectError(stage, 'network', stage === 'banner' ? 'no banner yet' : 'no answer in the handshake');
  }
  if (message === 'Connection lost before handshake') {
    return new ConnectError('banner', 'network', 'the connection was closed before the banner');
  }
  return new ConnectError(stage, 'network', systemReasons[code] ?? (message === '' ? code : message));
}
