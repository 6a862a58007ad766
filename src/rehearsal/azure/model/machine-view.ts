import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import { textAt } from './fields.ts';
import { document, propertiesOf } from './kept.ts';

/** `Creating` until it runs for the first time; a start or a stop is an update. */
export function provisioningStateOf({ machine }: SimResource): string {
  switch (machine?.state) {
    case 'pending':
      return machine.bootedAtMs === null ? 'Creating' : 'Updating';
    case 'stopping':
      return 'Updating';
    case 'terminating':
    case 'terminated':
      return 'Deleting';
    case 'running':
    case 'stopped':
    case 'unknown':
    case undefined:
      return 'Succeeded';
  }
}

/** `PowerState/running` and its kind; null while there is none yet. */
export function powerStateOf(resource: SimResource): string | null {
  const deallocate = resource.props.deallocate === true;
  switch (resource.machine?.state) {
    case 'pending':
      return 'PowerState/starting';
    case 'running':
      return 'PowerState/running';
    case 'stopping':
      return deallocate ? 'PowerState/deallocating' : 'PowerState/stopping';
    case 'stopped':
      return deallocate ? 'PowerState/deallocated' : 'PowerState/stopped';
    case 'terminating':
      return 'PowerState/stopping';
    case 'terminated':
    case 'unknown':
    case undefined:
      return null;
  }
}

/** What ARM answers for a machine. `userData` comes only when asked for (`$expand=userData`). */
export function machineDocument(machine: SimResource, options: { readonly userData?: boolean } = {}): JsonObject {
  const { userData, ...properties } = propertiesOf(machine);
  const { deallocate: _, ...rest } = document(machine, {
    ...properties,
    ...(options.userData === true && userData !== undefined ? { userData } : {}),
    provisioningState: provisioningStateOf(machine),
  });
  return rest;
}

const titles: Readonly<Record<string, string>> = {
  'PowerState/starting': 'VM starting',
  'PowerState/running': 'VM running',
  'PowerState/stopping': 'VM stopping',
  'PowerState/stopped': 'VM stopped',
  'PowerState/deallocating': 'VM deallocating',
  'PowerState/deallocated': 'VM deallocated',
};

/** The instance view: statuses, the agent, boot diagnostics. `logUri`: where the serial log is to be had. */
export function instanceView(machine: SimResource, nowMs: number, logUri: string): JsonObject {
  const time = new Date(machine.machine?.bootedAtMs ?? machine.createdAtMs).toISOString();
  const state = provisioningStateOf(machine);
  const power = powerStateOf(machine);
  const ready = machine.machine?.sshAtMs != null && machine.machine.sshAtMs <= nowMs;
  return {
    computerName: machine.machine?.hostName ?? '',
    osName: machine.machine?.system.distro ?? '',
    osVersion: machine.machine?.system.version ?? '',
    hyperVGeneration: 'V2',
    vmAgent: {
      vmAgentVersion: ready ? '2.11.1.12' : 'Unknown',
      statuses: [
        ready
          ? { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Ready', message: 'Guest Agent is running', time }
          : { code: 'ProvisioningState/Unavailable', level: 'Warning', displayStatus: 'Not Ready', message: 'VM status blob is found but not yet populated.', time },
      ],
    },
    disks: [{ name: textAt(propertiesOf(machine), 'storageProfile', 'osDisk', 'name') ?? '', statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', time }] }],
    bootDiagnostics: { serialConsoleLogBlobUri: logUri },
    statuses: [
      { code: `ProvisioningState/${state.toLowerCase()}`, level: 'Info', displayStatus: state === 'Succeeded' ? 'Provisioning succeeded' : state, time },
      ...(power === null ? [] : [{ code: power, level: 'Info', displayStatus: titles[power] ?? power }]),
    ],
  };
}
