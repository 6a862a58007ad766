import { type Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { Calls } from '../calls/provider-calls.ts';
import { type CallName, codecs, type RequestOf, type ResponseOf } from '../wire/messages.ts';
import { method } from './method.ts';

/** Serves Terraform's calls; those that are not there answer UNIMPLEMENTED, which Terraform understands. */
export function addProviderService(server: Server, provider: Calls): void {
  const names = Object.keys(codecs).filter((name): name is CallName => name in codecs);
  for (const name of names) addCall(server, name, provider);
}

// One name for the call, its codecs and what answers it: TypeScript follows that only through the parameter.
function addCall<N extends CallName>(server: Server, name: N, provider: Pick<Calls, N>): void {
  const { request, response } = codecs[name];
  server.addService({ [name]: method(`/tfplugin6.Provider/${name}`, request, response) }, { [name]: unary<RequestOf<N>, ResponseOf<N>>(provider[name]) });
}

const unary =
  <Q, R>(handle: (request: Q) => Promise<R>) =>
  (call: ServerUnaryCall<Q, R>, answer: sendUnaryData<R>): void => {
    handle(call.request).then(
      (answered) => answer(null, answered),
      (error: unknown) => answer({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) }),
    );
  };
