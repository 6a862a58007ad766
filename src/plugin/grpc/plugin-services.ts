import type { Server, ServerDuplexStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { integer, message } from '../wire/protobuf.ts';
import { method } from './method.ts';

const nothing = message({});
const health = message({ status: integer(1) });
const serving = 1;

type Nothing = Record<string, never>;
type Unary = (call: ServerUnaryCall<Nothing, Nothing>, answer: sendUnaryData<object>) => void;
type Duplex = (call: ServerDuplexStream<Nothing, Nothing>) => void;

/**
 * What hashicorp/go-plugin asks of every plugin: health, the end, and two streams that a provider has no use for, its
 * forwarded output and its broker. They are taken, and stay silent.
 */
export function addPluginServices(server: Server, shutdown: () => void): void {
  const check: Unary = (_, answer) => answer(null, { status: serving });
  server.addService({ Check: method('/grpc.health.v1.Health/Check', nothing, health) }, { Check: check });
  const end: Unary = (_, answer) => {
    answer(null, {});
    shutdown();
  };
  server.addService({ Shutdown: method('/plugin.GRPCController/Shutdown', nothing, nothing) }, { Shutdown: end });
  const silent: Duplex = (call) => {
    call.on('error', () => undefined);
  };
  server.addService({ StreamStdio: method('/plugin.GRPCStdio/StreamStdio', nothing, nothing, { response: true }) }, { StreamStdio: silent });
  server.addService(
    { StartStream: method('/plugin.GRPCBroker/StartStream', nothing, nothing, { request: true, response: true }) },
    { StartStream: silent },
  );
}
