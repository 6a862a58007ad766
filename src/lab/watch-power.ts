import type { CloudApi } from '../core/cloud.ts';
import type { Host, InstanceState } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { whyAsleep } from '../core/power.ts';
import type { LabPorts } from './ports.ts';

/** How often a cloud is asked. One that has just made a machine may not know it yet, so it is believed the second time. */
const pollMs = 10_000;

export interface PowerWatch {
  /** Aborted once the machine is off, or gone. */
  readonly ended: (host: Host) => AbortSignal;
  /** What the cloud says of such a machine; null: it runs, as far as anybody knows. */
  readonly stateOf: (host: Host) => InstanceState | null;
  close(): void;
}

/** Asks the cloud, where it can be asked, whether the machines that are waited for still run: nobody should wait for one that does not. */
export function watchPower({ cloud, region, settings, account }: PinnedStack, hosts: readonly Host[], { ports }: { readonly ports: Pick<LabPorts, 'cloud' | 'sleep'> }): PowerWatch {
  const closing = new AbortController();
  const enders = new Map(hosts.map(({ name }) => [name, new AbortController()]));
  const ended = new Map<string, InstanceState>();
  const suspected = new Set<string>();
  const look = async ({ readPower }: Pick<CloudApi, 'readPower'>): Promise<void> => {
    const waited = hosts.filter(({ name, instanceId }) => instanceId !== null && !ended.has(name));
    const power = await readPower?.(waited.flatMap(({ instanceId }) => instanceId ?? []));
    for (const { name, instanceId } of waited) {
      const state = power?.get(instanceId ?? '') ?? 'terminated';
      if (whyAsleep(state) === null) suspected.delete(name);
      else if (suspected.has(name)) {
        ended.set(name, state);
        enders.get(name)?.abort('ended');
      } else suspected.add(name);
    }
  };
  const watch = async (): Promise<void> => {
    let api: CloudApi | undefined;
    try {
      while (ended.size < hosts.length) {
        await ports.sleep(pollMs, closing.signal);
        if (closing.signal.aborted) return;
        api ??= await ports.cloud(cloud).loadApi?.({ region, settings, account });
        if (api?.readPower === undefined) return;
        // A cloud that does not answer has said nothing of its machines.
        await look(api).catch(() => undefined);
      }
    } finally {
      api?.close();
    }
  };
  void watch().catch(() => undefined);
  return {
    ended: ({ name }) => enders.get(name)?.signal ?? closing.signal,
    stateOf: ({ name }) => ended.get(name) ?? null,
    close: () => closing.abort(),
  };
}
