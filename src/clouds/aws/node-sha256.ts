import { createHash, createHmac } from 'node:crypto';

type Sum = ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

/** Node's own SHA-256 in the shape that the signer takes. */
export class NodeSha256 {
  private readonly sum: Sum;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.sum = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.sum.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.sum.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
