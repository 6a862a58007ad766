import type { CloudId } from '../../src/core/clouds.ts';
import type { FaultPhase, FaultRow } from './fault-table.ts';

/** The clouds' own names of what a destroy calls. */
const deletions: Readonly<Record<CloudId, Readonly<Record<'machine' | 'network', string>>>> = {
  aws: { machine: 'TerminateInstances', network: 'DeleteVpc' },
  azure: { machine: 'Microsoft.Compute/virtualMachines/delete', network: 'Microsoft.Network/virtualNetworks/delete' },
  gcp: { machine: 'compute.instances.delete', network: 'compute.networks.delete' },
};

/** What `--fault` is given, so that the row's fault meets this phase. */
export function specOf({ fault, destroy }: FaultRow, cloud: CloudId, phase: FaultPhase): string {
  if (phase === 'apply' || 'never' in destroy) return fault;
  const { meets, more } = destroy;
  const operation = meets === undefined ? undefined : deletions[cloud]?.[meets];
  if (meets !== undefined && operation === undefined) throw new Error(`${cloud}: how is a ${meets} deleted there?`);
  return [fault, ...(operation === undefined ? [] : [`operation=${operation}`]), ...(more === undefined ? [] : [more])].join(',');
}
