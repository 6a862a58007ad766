import type { Caller } from '../engine/call.ts';
import type { World } from '../engine/world.ts';
import { answers, Guest, type MachineResource } from './guest.ts';

/** Which machine: by an address of its own, or by its id. */
export interface GuestAddress {
  readonly world: World;
  /** Public or private. */
  readonly address?: string | undefined;
  readonly instanceId?: string | undefined;
  /** @default 22 */
  readonly port?: number | undefined;
  readonly caller: Caller;
}

/** Nothing listens there, as a network says it. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
  readonly code = 'ECONNREFUSED';

  constructor(address: string, port: number) {
    super(`connect ECONNREFUSED ${address}:${port}`);
  }
}

/** The machine whose SSH server answers at that address now. Rejects with ConnectionRefused where there is none. */
export async function findGuest({ world, address, instanceId, port = 22, caller }: GuestAddress): Promise<Guest> {
  const candidates = await world.read((view) =>
    view.clouds.flatMap((cloud) => view.list(cloud, 'instance')).filter((resource): resource is MachineResource => {
      const { id, machine } = resource;
      return machine !== undefined && (instanceId === undefined ? isAt(machine, address) : id === instanceId);
    }),
  );
  // A private address is somebody else's in another network; a public one never is.
  const rank = ({ machine, tags }: MachineResource) =>
    (machine.publicIp === address ? 4 : 0) + (answers(machine, world.now()) ? 2 : 0) + (caller.session !== null && tags['labtui-session-id'] === caller.session ? 1 : 0);
  const [found] = [...candidates].sort((a, b) => rank(b) - rank(a) || b.createdAtMs - a.createdAtMs);
  if (found !== undefined && answers(found.machine, world.now())) {
    const guest = new Guest(world, found, caller);
    if (guest.instructions.sshPort === port) return guest;
  }
  throw new ConnectionRefused(address ?? instanceId ?? '', port);
}

/** A machine that is to have a public address is not reached by its private one before it has it. */
function isAt({ publicIp, privateIp, withheldIp, state }: MachineResource['machine'], address: string | undefined): boolean {
  return state !== 'terminated' && (publicIp === address || (withheldIp === undefined && privateIp === address));
}
