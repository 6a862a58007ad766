import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createTlsIdentity } from '../tls-identity.ts';
import type { Calls } from '../calls/provider-calls.ts';
import { addPluginServices } from './plugin-services.ts';
import { addProviderService } from './provider-service.ts';

export interface RunningServer {
  readonly port: number;
  /** null: without TLS. */
  readonly certificateDer: Buffer | null;
  /** Resolves when Terraform has said goodbye. */
  readonly over: Promise<void>;
  close(): void;
}

// Schemas and states of any size; 4 MiB is the library's own limit.
const unlimited = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

/** Serves the calls on a port of the loopback interface; with a client certificate (PEM) to its owner only. */
export async function startServer(calls: Calls, clientCertificate: string | null): Promise<RunningServer> {
  const server = new Server(unlimited);
  addProviderService(server, calls);
  const over = new Promise<void>((resolve) => {
    // Its answer is still to be sent.
    addPluginServices(server, () => void setTimeout(resolve, 10));
  });
  const { credentials, certificateDer } = secured(clientCertificate);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return { port, certificateDer, over, close: () => server.forceShutdown() };
}

function secured(clientCertificate: string | null): { readonly credentials: ServerCredentials; readonly certificateDer: Buffer | null } {
  if (clientCertificate === null) return { credentials: ServerCredentials.createInsecure(), certificateDer: null };
  const { certificateDer, certificatePem, privateKeyPem } = createTlsIdentity();
  const pair = { private_key: Buffer.from(privateKeyPem), cert_chain: Buffer.from(certificatePem) };
  return { credentials: ServerCredentials.createSsl(Buffer.from(clientCertificate), [pair], true), certificateDer };
}
