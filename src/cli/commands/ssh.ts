import { LabError } from '../../core/errors.ts';
import { type HostChoice, hostsOf as machinesOf, jumpOf, oneHost, requireAwake } from '../../library/work/machines.ts';
import type { CliContext } from '../context.ts';

/** The machines of a session that have an address; says what had to be put right. LabError where it has none, or is over. */
export function hostsOf(context: CliContext, reference: string): Promise<HostChoice> {
  return machinesOf({ ...context, mended: (message) => (context.settings.quiet ? undefined : context.err(`${message}\n`)) }, reference);
}

export interface SshOptions {
  readonly host?: string;
  readonly jump?: string;
  /** Lends the machine the agent's keys for as long as one is logged in. */
  readonly agent?: boolean;
}

/** `labtui ssh S [-- CMD...]`: the system's OpenSSH on this terminal; its exit code is ours. */
export async function ssh(context: CliContext, reference: string, command: readonly string[], options: SshOptions): Promise<number> {
  const choice = await hostsOf(context, reference);
  const host = oneHost(choice, options.host);
  requireAwake(choice, host);
  const jump = jumpOf(choice, options.jump);
  if (options.agent === true && !context.environment.SSH_AUTH_SOCK) {
    throw new LabError({ kind: 'prerequisite', summary: 'no agent is running here, so none can be forwarded', hint: 'eval "$(ssh-agent)" && ssh-add' });
  }
  const { runOpenSsh, wayThrough } = await import('../../ssh/open-ssh.ts');
  return runOpenSsh({ config: choice.paths.sshConfig, alias: host.name, command, environment: context.environment, forwardAgent: options.agent === true, jump: wayThrough(jump, host) });
}
