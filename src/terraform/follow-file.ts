import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/**
 * The lines of a file that another process appends to, as they come, until `ended` settles and the rest is read.
 * A last line without its newline counts. A file and not a pipe, so that the writer survives this process.
 */
export async function* followLines(file: string, ended: Promise<unknown>): AsyncGenerator<string, void, undefined> {
  let over = false as boolean;
  const end = ended.then(
    () => (over = true),
    () => (over = true),
  );
  const handle = await open(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(65_536);
    let pending = '';
    for (;;) {
      // Asked before the read: what is there at the end was written before it.
      const last = over;
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead > 0) {
        const lines = (pending + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
        pending = lines.pop() ?? '';
        yield* lines;
      } else if (last) {
        break;
      } else {
        await Promise.race([end, sleep(pollMs, undefined, { ref: false })]);
      }
    }
    pending += decoder.end();
    if (pending !== '') yield pending;
  } finally {
    await handle.close();
  }
}
