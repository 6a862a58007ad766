import type { Reader } from './reader.ts';

/** NDJSON on stdout: every event, one a line. */
export function jsonReader(out: (text: string) => void): Reader {
  return {
    take: (event) => out(`${JSON.stringify(event)}\n`),
    end: () => undefined,
    pause: () => undefined,
  };
}
