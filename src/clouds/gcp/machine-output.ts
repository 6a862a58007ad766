import * as z from 'zod';
import { type ComputeClient, isMissing } from './compute-client.ts';

const serialPort = z.object({ contents: z.string().default('') });
const guestAttributes = z.object({
  queryValue: z.object({ items: z.array(z.object({ namespace: z.string(), key: z.string(), value: z.string() })).default([]) }).optional(),
});

/** What a machine has written to its first serial port, as much of its end as Compute Engine keeps (1 MB). */
export async function consoleOutput(client: ComputeClient, instanceId: string): Promise<string> {
  return (await client.get(`${instanceId}/serialPort`, serialPort, { port: '1' })).contents;
}

/**
 * The public host keys, as `ssh-ed25519 AAAA...`, that the machine's guest agent or cloud-init has published; none while it has not.
 * Compute Engine answers ten of these questions a minute.
 */
export async function publishedHostKeys(client: ComputeClient, instanceId: string): Promise<readonly string[]> {
  try {
    const { queryValue } = await client.get(`${instanceId}/getGuestAttributes`, guestAttributes, { queryPath: 'hostkeys/' });
    const items = queryValue?.items ?? [];
    return items.filter(({ namespace, key }) => namespace === 'hostkeys' && /^(?:ssh|ecdsa)-/.test(key)).map(({ key, value }) => `${key} ${value.trim()}`);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
