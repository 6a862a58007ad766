import type { Readable, Writable } from 'node:stream';
import { BrokenPipe, type Input, type Output } from './shell/streams.ts';

/** A stream as a command's input; a stream that breaks is one that ends. */
export function channelInput(stream: Readable): Input {
  const kept: Buffer[] = [];
  return {
    read: async () => {
      for (;;) {
        const before = kept.shift();
        if (before !== undefined) return before;
        const chunk: unknown = stream.read();
        if (Buffer.isBuffer(chunk) && chunk.length > 0) return chunk;
        if (stream.readableEnded || stream.destroyed) return null;
        await nextEvent(stream);
      }
    },
    unread: (bytes) => void kept.unshift(bytes),
  };
}

function nextEvent(stream: Readable): Promise<void> {
  const events = ['readable', 'end', 'close', 'error'] as const;
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of events) stream.off(event, settle);
      resolve();
    };
    for (const event of events) stream.on(event, settle);
  });
}

const pieceBytes = 32_768;

/** A stream as a command's output; a write is over when the other side has room for more. */
export function channelOutput(stream: Writable, channel: Readable, signal: AbortSignal): Output {
  return {
    write: async (data) => {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        if (signal.aborted || channel.destroyed || stream.destroyed || !stream.writable) throw new BrokenPipe();
        if (!stream.write(bytes.subarray(at, at + pieceBytes))) await room(stream, signal);
      }
    },
  };
}

function room(stream: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stream.off('drain', settle);
      stream.off('close', settle);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
    signal.addEventListener('abort', settle, { once: true });
  });
}
