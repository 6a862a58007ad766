import { readConsole } from '../../lab/console.ts';
import type { LabContext } from '../context.ts';
import type { ConsoleOptions } from '../console-options.ts';
import { withPorts } from '../rehearsal/with-ports.ts';
import { hostsOf, oneHost } from './machines.ts';
import { no } from './run-options.ts';

/** What a machine has written to its console, as much of its end as its cloud keeps, and with `follow` what comes until the signal. */
export async function consoleOf(context: LabContext, reference: string, { host: wanted, follow, onText }: ConsoleOptions): Promise<{ readonly session: string; readonly host: string; readonly text: string }> {
  const choice = await hostsOf(context, reference);
  const host = oneHost(choice, wanted);
  const { record } = choice;
  return withPorts(context, { rehearsed: record.rehearsed, options: {}, approve: no }, async (ports) => {
    const parts: string[] = [];
    for await (const text of readConsole({ record, host, follow: follow === true, signal: context.signal }, ports)) {
      onText?.(text);
      // Of what is followed for hours, nobody wants all.
      if (follow !== true) parts.push(text);
    }
    return { session: record.id, host: host.name, text: parts.join('') };
  });
}
