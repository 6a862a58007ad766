import { stripVTControlCharacters } from 'node:util';
import { readConsole } from '../../library/reach.ts';
import { oneHost } from '../../library/work/machines.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { hostsOf } from './ssh.ts';

export interface ConsoleOptions {
  readonly host?: string;
  readonly follow?: boolean;
}

/**
 * `labtui console S [--follow]`: what the machine has written to its console, from the cloud, also where SSH does not answer. On a
 * terminal without the escape sequences of whatever runs in the guest.
 */
export async function console(context: CliContext, reference: string, { host: wanted, follow }: ConsoleOptions): Promise<number> {
  const choice = await hostsOf(context, reference);
  const { name: host } = oneHost(choice, wanted);
  const { id: session } = choice.record;
  let said = '';
  const onText = (text: string): void => {
    said = text;
    if (context.settings.json) context.out(`${JSON.stringify({ session, host, text })}\n`);
    else context.out(context.interactive ? stripVTControlCharacters(text) : text);
  };
  await readConsole(session, { ...around(context), host, follow, onText });
  if (said === '') context.err(`  ${host} has written nothing yet, or its cloud has no copy of it yet\n`);
  else if (!context.settings.json && !said.endsWith('\n')) context.out('\n');
  return 0;
}
