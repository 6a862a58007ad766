import { machineStack } from '../core/machine-stack.ts';
import { motd } from '../core/motd.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { SessionKey } from '../core/session.ts';
import type { HostKey } from '../core/ssh.ts';
import type { LabPorts } from './ports.ts';

/** What all stacks of a session share when they are written. */
export interface StackJsonInput {
  readonly sessionId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly expiresAt: string | null;
  readonly ttlMs: number | null;
  readonly userData: string | null;
  readonly key: SessionKey;
  readonly hostKeys: ReadonlyMap<string, HostKey>;
}

export interface StackJsonPorts {
  readonly cloud: LabPorts['cloud'];
  readonly ssh: Pick<LabPorts['ssh'], 'hostKey' | 'userData'>;
}

/** The Terraform of one stack as JSON text, its machines' user data included. */
export async function stackJson(stack: PinnedStack, input: StackJsonInput, ports: StackJsonPorts): Promise<string> {
  const { facts, loadStack } = ports.cloud(stack.cloud);
  const terminateOnShutdown = input.ttlMs !== null && facts.capabilities.shutdownDeletes;
  const module = await loadStack?.();
  if (module === undefined) throw new Error(`${stack.cloud} has no stack`);
  const { key } = input;
  const userData = new Map(
    stack.machines.map((machine) => [machine.name, machineStack(stack, machine)] as const).map(([name, own]) => [
      name,
      ports.ssh.userData({
        init: own.distro.init,
        hostName: name,
        hostKey: input.hostKeys.get(name) ?? null,
        imageUser: own.imageUser,
        user: own.user,
        publicKey: key.kind === 'cloud' ? null : key.publicKey,
        sshPort: stack.sshPort,
        expiresAt: input.expiresAt,
        ttlMs: input.ttlMs,
        motd: motd({
          sessionId: input.sessionId,
          expiresAt: input.expiresAt,
          shutdownDeletes: terminateOnShutdown,
          stoppedIsBilled: facts.capabilities.stoppedIsBilled === true,
        }),
        serviceManager: own.distro.serviceManager,
        userPart: input.userData,
      }),
    ]),
  );
  return module.synthesize({
    stack,
    tags: input.tags,
    key: key.kind === 'cloud' ? { cloudKeyName: key.cloudKeyName } : { publicKey: key.publicKey },
    userData,
    terminateOnShutdown,
  });
}

/** One host key per machine whose image takes instructions; the others' keys are read or pinned later. */
export function hostKeysFor(stacks: readonly PinnedStack[], ports: StackJsonPorts): ReadonlyMap<string, HostKey> {
  return new Map(
    stacks
      .flatMap((stack) => stack.machines.map((machine) => ({ name: machine.name, init: machineStack(stack, machine).distro.init })))
      .flatMap(({ name, init }) => (init === 'cloud-init' || init === 'ignition' ? [[name, ports.ssh.hostKey()] as const] : [])),
  );
}
