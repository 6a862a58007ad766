import { stripVTControlCharacters } from 'node:util';
import { readConsole } from '../../lab/console.ts';
import { oneHost } from '../../library/work/machines.ts';
import type { CliContext } from '../context.ts';
import { withPorts } from '../../library/rehearsal/with-ports.ts';
import { hostsOf } from './ssh.ts';

export interface ConsoleOptions {
  readonly host?: string;
  readonly follow?: boolean;
}

/**
 * `labtui console S [--follow]`: what the machine has written to its console, from the cloud, also where SSH does not answer. On a
 * terminal without the escape sequences of whatever runs in the guest.
 */
export async function console(context: CliContext, reference: string, { host: wanted, follow = false }: ConsoleOptions): Promise<number> {
  const choice = await hostsOf(context, reference);
  const host = oneHost(choice, wanted);
  const { record } = choice;
  return withPorts(context, { rehearsed: record.rehearsed, options: {}, approve: () => Promise.resolve(false) }, async (ports) => {
    let said = '';
    for await (const text of readConsole({ record, host, follow, signal: context.signal }, ports)) {
      said = text;
      if (context.settings.json) context.out(`${JSON.stringify({ session: record.id, host: host.name, text })}\n`);
      else context.out(context.interactive ? stripVTControlCharacters(text) : text);
    }
    if (said === '') context.err(`  ${host.name} has written nothing yet, or its cloud has no copy of it yet\n`);
    else if (!context.settings.json && !said.endsWith('\n')) context.out('\n');
    return 0;
  });
}
