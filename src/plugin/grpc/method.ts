import type { MethodDefinition } from '@grpc/grpc-js';
import type { Codec } from '../wire/protobuf.ts';

/** One remote call as @grpc/grpc-js wants it described. */
export function method<Q, R>(
  path: string,
  request: Codec<Q>,
  response: Codec<R>,
  stream: { readonly request?: boolean; readonly response?: boolean } = {},
): MethodDefinition<Q, Partial<R>> {
  return {
    path,
    requestStream: stream.request ?? false,
    responseStream: stream.response ?? false,
    requestSerialize: (content) => request.encode(content),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (content) => response.encode(content),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}
