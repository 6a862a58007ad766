import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import type { Caller } from '../../../src/rehearsal/engine/call.ts';
import { launchMachine } from '../../../src/rehearsal/engine/lifecycle.ts';
import type { GuestSystem, Machine } from '../../../src/rehearsal/engine/machine.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { dialGuest } from '../../../src/rehearsal/guests/dial-guest.ts';
import { makeLoginKey } from '../../../src/ssh/keys.ts';
import { hooks, model } from './toy-model.ts';

export const caller: Caller = { actor: 'client', run: null, session: null, stack: null };

export const ubuntu: GuestSystem = { distro: 'ubuntu', version: '24.04', title: 'Ubuntu', init: 'cloud-init', serviceManager: 'systemd' };
export const alpine: GuestSystem = { distro: 'alpine', version: '3.23', title: 'Alpine Linux', init: 'cloud-init', serviceManager: 'openrc' };
export const freebsd: GuestSystem = { distro: 'freebsd', version: '15.1', title: 'FreeBSD', init: 'cloud-init', serviceManager: 'rc' };
export const flatcar: GuestSystem = { distro: 'flatcar', version: 'stable', title: 'Flatcar Container Linux', init: 'ignition', serviceManager: 'systemd' };

export interface GuestOptions {
  readonly id?: string;
  readonly publicIp?: string;
  readonly system?: GuestSystem;
  readonly userData?: string | null;
  readonly defaultUser?: string;
  readonly neverReady?: boolean;
  readonly onShutdown?: Machine['onShutdown'];
  readonly keys?: Machine['authorizedKeys'];
}

export const login = makeLoginKey('ed25519', 'test');

/** A world of one cloud, with nothing in it. */
export function emptyGuestWorld(speed = 1): MemoryWorld {
  return createMemoryWorld({ models: [model], catalogue: { clouds: {} }, speed });
}

/** Launches a machine whose default user may be logged in to with `login`. */
export async function launch(world: World, options: GuestOptions = {}): Promise<void> {
  const system = options.system ?? ubuntu;
  const { id = 'i-0aa', publicIp = '203.0.113.7', defaultUser = system.distro } = options;
  await world.call({ cloud: 'aws', operation: 'RunInstances', verb: 'create', subject: 'instance', caller }, (tx) => {
    const launched = launchMachine(
      tx,
      { cloud: 'aws', kind: 'instance', id, name: null, region: 'eu-west-1', zone: null, tags: {}, createdAtMs: tx.nowMs, props: {} },
      {
        hostName: 'lab-one',
        image: {
          name: 'an-image',
          query: { cloud: 'aws', owners: [], namePattern: null, ssmParameter: null, marketplace: false, newestBy: 'date', includeDeprecated: false },
          arch: 'amd64',
          system,
          defaultUser,
          minDiskGb: 8,
          createdAt: '2026-11-01T00:00:00Z',
        },
        type: { type: 't3.medium', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: null },
        privateIp: '10.0.0.7',
        publicIp,
        userData: options.userData ?? null,
        authorizedKeys: options.keys ?? [{ user: null, publicKey: login.publicKey }],
        onShutdown: options.onShutdown ?? 'stop',
        deadline: null,
        spot: false,
      },
      hooks,
    );
    if (options.neverReady === true && launched.machine !== undefined) tx.put({ ...launched, machine: { ...launched.machine, neverReady: true } });
  });
}

/** A world with one machine that has booted. */
export async function bootedWorld(options: GuestOptions = {}): Promise<MemoryWorld> {
  const world = emptyGuestWorld();
  await launch(world, options);
  await world.setClock({ aheadMs: world.clock().aheadMs + 700 });
  return world;
}

export async function machineIn(world: World, id = 'i-0aa'): Promise<Machine> {
  const machine = await world.read((view) => view.get('aws', id)?.machine);
  if (machine === undefined) throw new Error('no machine');
  return machine;
}

export interface Ran {
  readonly code: number | null;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Logs in to a machine within this process. */
export async function logIn(world: World, config: Partial<ConnectConfig> & { address?: string; port?: number } = {}): Promise<Client> {
  const { address = '203.0.113.7', port = 22, ...rest } = config;
  const sock = await dialGuest({ world, address, port, caller });
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({ sock, username: 'ubuntu', privateKey: login.privateKeyPem, ...rest });
  });
}

/** Runs a command as `ssh host COMMAND` does. */
export function run(client: Client, command: string, input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) {
        reject(error);
        return;
      }
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let code: number | null = null;
      let signal: string | undefined;
      channel.on('data', (chunk: Buffer) => out.push(chunk));
      channel.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      channel.on('exit', (exitCode: number | null, name?: string) => {
        code = exitCode;
        signal = name;
      });
      channel.on('close', () => resolve({ code, signal, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }));
      channel.end(input);
    });
  });
}
