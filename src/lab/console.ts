import { LabError } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { SessionRecord } from '../core/session.ts';
import type { LabPorts } from './ports.ts';

/** How often a console is asked for what is new: clouds allow ten such questions a minute, and renew their copy less often. */
const pollMs = 6_000;
const livePollMs = 300;
/** So much of the end of what was printed is looked for in what the cloud gives next: it keeps the last 64 KB or so. */
const overlap = 2_000;

export interface ConsoleRequest {
  readonly record: SessionRecord;
  readonly host: Host;
  /** Go on as more is written, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * What a machine has written to its console, as much of its end as its cloud keeps; then, if asked, what is new each time. Rejects with
 * the cloud's LabError, with kind invalid-input where the cloud has no console to read.
 */
export async function* readConsole({ record, host, follow, signal }: ConsoleRequest, ports: Pick<LabPorts, 'cloud' | 'sleep'>): AsyncGenerator<string, void, undefined> {
  const stack = Object.values(record.stacks).find(({ hosts }) => hosts.some(({ name }) => name === host.name))?.plan;
  if (stack === undefined || host.instanceId === null) throw new LabError({ kind: 'not-ready', summary: `${host.name} does not exist yet`, hint: `labtui show ${record.id}` });
  const cloud = ports.cloud(stack.cloud);
  const api = await cloud.loadApi?.({ region: stack.region, settings: stack.settings, account: stack.account });
  try {
    if (api?.consoleOutput === undefined || !cloud.facts.capabilities.consoleLog) {
      throw new LabError({ kind: 'invalid-input', summary: `${cloud.facts.title} lets nobody read a machine's console`, hint: `labtui exec ${record.id} -- dmesg` });
    }
    let before = '';
    for (;;) {
      const now = await api.consoleOutput(host.instanceId);
      const fresh = newPart(before, now);
      if (fresh !== '') yield fresh;
      before = now === '' ? before : now;
      if (!follow || isOver(signal)) return;
      await ports.sleep(cloud.facts.capabilities.consoleIsLive === true ? livePollMs : pollMs, signal);
      if (isOver(signal)) return;
    }
  } finally {
    api?.close();
  }
}

function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

/** What a console's text has beyond an earlier one, whose beginning may have been dropped meanwhile. */
export function newPart(before: string, now: string): string {
  if (now.startsWith(before)) return now.slice(before.length);
  const end = before.slice(-overlap);
  const at = now.lastIndexOf(end);
  return at < 0 ? now : now.slice(at + end.length);
}
