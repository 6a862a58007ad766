import { createInterface } from 'node:readline';
import type { ResultPromise } from 'execa';
import * as z from 'zod';
import { freePort } from './free-port.ts';
import type { Workplace } from './labtui.ts';

const announcement = z.object({ origin: z.string(), environment: z.record(z.string(), z.record(z.string(), z.string())) });

export interface ServedRehearsal {
  readonly origin: string;
  /** By cloud: what its own tools, Terraform's provider among them, take from the environment. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  stop(): Promise<void>;
}

/** `labtui rehearsal serve` as a process of its own, on free ports. */
export async function serveRehearsal(place: Workplace): Promise<ServedRehearsal> {
  const process: ResultPromise = place.start(['rehearsal', 'serve', '--port', String(await freePort(2)), '--json']);
  const line = await firstLine(process);
  if (line === null) throw new Error(`labtui rehearsal serve ended: ${String((await process).stderr)}`);
  return {
    ...announcement.parse(JSON.parse(line)),
    stop: async () => {
      process.kill('SIGINT');
      await process;
    },
  };
}

/** null: the process ended without one. */
function firstLine({ stdout }: ResultPromise): Promise<string | null> {
  if (stdout === null) return Promise.resolve(null);
  const lines = createInterface({ input: stdout });
  return new Promise((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
  });
}
