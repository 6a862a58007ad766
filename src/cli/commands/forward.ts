import { endpoint, type ForwardEvent, type PortMapping, readPortMapping } from '../../core/port-mapping.ts';
import { interruptedCode } from '../../ssh/interrupted-code.ts';
import { forward as forwardPorts } from '../../library/reach.ts';
import { around } from '../around.ts';
import { oneHost } from '../../library/work/machines.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { headOf } from './exec.ts';
import { hostsOf } from './ssh.ts';

export interface ForwardOptions {
  readonly host?: string;
  readonly jump?: string;
}

/** `labtui forward S 8080:localhost:80...`: ports of this computer's loopback that lead through a machine, until interrupted (130, 143). */
export async function forward(context: CliContext, reference: string, texts: readonly string[], options: ForwardOptions): Promise<number> {
  const mappings = texts.map(mappingOf);
  const choice = await hostsOf(context, reference);
  const host = oneHost(choice, options.host);
  await forwardPorts(choice.record.id, mappings, {
    ...around(context),
    host: host.name,
    jump: options.jump,
    onEvent: (event) => {
      if (context.settings.json) context.out(`${JSON.stringify({ ...headOf(choice, host), type: 'forward', ...asJson(event) })}\n`);
      else if (event.kind === 'listening') context.out(`${local(event)} -> ${endpoint(event.mapping.host, event.mapping.hostPort)} on ${host.name}\n`);
      else if (!context.settings.quiet) context.err(`  ${sentence(event, host.name)}\n`);
    },
  });
  return interruptedCode(context.signal);
}

function mappingOf(text: string): PortMapping {
  const read = readPortMapping(text);
  if (read.ok) return read.mapping;
  const open = read.reason.startsWith('would open') ? 'forward listens on 127.0.0.1 only; for others: ssh -F <(labtui ssh-config S) -L' : 'labtui forward S 8080:localhost:80   or   labtui forward S 8080:80';
  throw new UsageError(`${text} ${read.reason}`, open);
}

function local({ mapping, port }: Extract<ForwardEvent, { kind: 'listening' }>): string {
  return endpoint(mapping.bind, port);
}

function sentence(event: Exclude<ForwardEvent, { kind: 'listening' }>, name: string): string {
  switch (event.kind) {
    case 'lost':
      return `the connection to ${name} is cut (${event.reason}); connecting again`;
    case 'not-yet':
      return `not yet: ${event.reason}`;
    case 'connected-again':
      return `connected to ${name} again`;
    case 'refused':
      return `${endpoint(event.mapping.host, event.mapping.hostPort)} on ${name}: ${event.reason}`;
  }
}

function asJson(event: ForwardEvent): object {
  const { kind, ...rest } = event;
  if (!('mapping' in rest)) return { event: kind, ...rest };
  const { mapping, ...facts } = rest;
  return { event: kind, remote: endpoint(mapping.host, mapping.hostPort), ...(event.kind === 'listening' ? { local: local(event), port: event.port } : facts) };
}
