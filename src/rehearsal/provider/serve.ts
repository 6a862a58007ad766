import process from 'node:process';
import type { Caller } from '../engine/call.ts';
import type { World } from '../engine/world.ts';
import type { ProviderBehaviour } from './behaviour.ts';
import { createCalls } from './calls/provider-calls.ts';
import { startServer } from './grpc/server.ts';
import { handshakeLine, readHandshake } from './handshake.ts';
import { mortal } from './process-fault.ts';
import { loadSchema } from './schema/load-schema.ts';

export interface ServeOptions {
  readonly behaviour: ProviderBehaviour;
  /** A schema file. @default the one that comes with labtui for a provider of this name */
  readonly schemaFile?: string | undefined;
  readonly world: World;
  readonly caller: Caller;
}

const orphanCheckMs = 500;

/**
 * This process is a Terraform provider from now on: it answers the Terraform that started it until that says goodbye or
 * is gone. Nothing else may be written to standard output. Resolves when it is over; the process then has nothing to do.
 * Started by a person, it says what it is on standard error and ends with exit code 1.
 */
export async function serveProvider({ behaviour, schemaFile, world, caller }: ServeOptions): Promise<void> {
  const handshake = readHandshake(process.env, behaviour.name);
  if (typeof handshake === 'string') {
    process.stderr.write(handshake);
    process.exitCode = 1;
    return;
  }
  // Before anything is waited for: a Terraform that is killed meanwhile is not to be taken for another parent.
  const parent = process.ppid;
  // A terminal's Ctrl-C goes to Terraform and to its providers; Terraform then asks them to stop.
  process.on('SIGINT', () => undefined);
  const log = (text: string): void => void process.stderr.write(text);
  const schema = once(() => loadSchema(behaviour.name, schemaFile));
  const calls = createCalls({ behaviour, schema, log, surroundings: { world: mortal(world), caller } });
  const server = await startServer(calls, handshake.clientCertificate);
  process.stdout.write(handshakeLine(server.port, server.certificateDer));
  const end = await Promise.race([server.over.then(() => 'asked' as const), orphaned(parent).then(() => 'orphaned' as const)]);
  server.close();
  // A call that still waits for its cloud would keep the process, and there is nobody left to answer.
  if (end === 'orphaned') process.exit(1);
}

/** A killed Terraform leaves its providers behind; this one goes too, as its clouds' calls are done in one step. */
function orphaned(parent: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, orphanCheckMs);
    timer.unref();
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
