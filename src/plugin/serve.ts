import process from 'node:process';
import type { ProviderBehaviour, ProviderContext, ProviderDiagnostic } from './behaviour.ts';
import { createCalls } from './calls/provider-calls.ts';
import { startServer } from './grpc/server.ts';
import { handshakeLine, readHandshake } from './handshake.ts';
import type { ProviderSchema } from './schema/block-schema.ts';

export interface ServeOptions<Context extends ProviderContext> {
  readonly behaviour: ProviderBehaviour<Context>;
  /** Read when it is first asked for. */
  readonly schema: () => Promise<ProviderSchema>;
  /** How messages call it: `the simulated provider aws`. */
  readonly title: string;
  /** What the provider works on, beside its configuration. */
  readonly contextOf: (configured: ProviderContext) => Context;
  /** A failure in the provider's words; null: it is not one that it knows. */
  readonly describe?: (error: unknown) => ProviderDiagnostic | null;
}

const orphanCheckMs = 500;

/**
 * This process is a Terraform provider from now on: it answers the Terraform that started it until that says goodbye or
 * is gone. Nothing else may be written to standard output. Resolves when it is over; the process then has nothing to do.
 * Started by a person, it says what it is on standard error and ends with exit code 1.
 */
export async function servePlugin<Context extends ProviderContext>({ behaviour, schema, title, contextOf, describe }: ServeOptions<Context>): Promise<void> {
  const handshake = readHandshake(process.env, title);
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
  const calls = createCalls({ behaviour, schema: once(schema), title, log, contextOf, describe: describe ?? (() => null) });
  const server = await startServer(calls, handshake.clientCertificate);
  process.stdout.write(handshakeLine(server.port, server.certificateDer));
  const end = await Promise.race([server.over.then(() => 'asked' as const), orphaned(parent).then(() => 'orphaned' as const)]);
  server.close();
  // A call that still waits for its cloud would keep the process, and there is nobody left to answer.
  if (end === 'orphaned') process.exit(1);
}

/** A killed Terraform leaves its providers behind; this one goes too: what it makes can be found again without it. */
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
