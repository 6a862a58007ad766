import type { CloudApi } from '../core/cloud.ts';
import { cannot, type MachineTarget } from './machine-targets.ts';
import type { LabPorts } from './ports.ts';

export interface OpenedTarget<Api> {
  readonly target: MachineTarget;
  /** For whoever asked to close it. */
  readonly api: Api;
}

/** The API of each target's cloud. Rejects with invalid-input, all closed again, where labtui cannot do there what is asked. */
export async function openApis<Api extends CloudApi>(
  targets: readonly MachineTarget[],
  ports: Pick<LabPorts, 'cloud'>,
  canDoIt: (api: CloudApi) => api is Api,
  what: string,
): Promise<readonly OpenedTarget<Api>[]> {
  const opened: OpenedTarget<Api>[] = [];
  const unable: MachineTarget[] = [];
  try {
    for (const target of targets) {
      const { cloud, region, settings, account } = target.stack;
      const api = await ports.cloud(cloud).loadApi?.({ region, settings, account });
      if (api !== undefined && canDoIt(api)) opened.push({ target, api });
      else {
        api?.close();
        unable.push(target);
      }
    }
    const [first] = unable;
    if (first === undefined) return opened;
    throw cannot(`labtui cannot ${what} on ${ports.cloud(first.stack.cloud).facts.title} yet`, first.stack, opened.map(({ target }) => target));
  } catch (error) {
    for (const { api } of opened) api.close();
    throw error;
  }
}
