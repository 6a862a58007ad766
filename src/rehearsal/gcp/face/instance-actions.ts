import { attachDisk, detachDisk } from '../model/attach-disk.ts';
import { setDeletionProtection, setDiskAutoDelete, setMachineType, setMetadata, setScheduling, setTags, updateShielded } from '../model/instance-change.ts';
import { resetInstance, resumeInstance, startInstance, stopInstance, suspendInstance } from '../model/instance-life.ts';
import { changePolicies, refuseDiskKeys, setMinCpuPlatform, setServiceAccount, updateDisplay } from '../model/instance-properties.ts';
import { addAccessConfig, deleteAccessConfig, updateInterface } from '../model/interface-change.ts';
import { setLabels } from '../model/set-labels.ts';
import type { Actions } from './actions.ts';

/** What can be done with one instance. */
export const instanceActions: Actions = {
  POST: {
    start: startInstance,
    startWithEncryptionKey: (tx, id, body) => {
      refuseDiskKeys(body);
      return startInstance(tx, id);
    },
    stop: stopInstance,
    suspend: suspendInstance,
    resume: resumeInstance,
    reset: resetInstance,
    setLabels: (tx, id, body) => setLabels(tx, 'instance', id, body),
    setMetadata,
    setTags,
    setScheduling,
    setMachineType,
    setMinCpuPlatform,
    setServiceAccount,
    setDeletionProtection: (tx, id, _body, query) => setDeletionProtection(tx, id, query.get('deletionProtection') !== 'false'),
    addResourcePolicies: (tx, id, body) => changePolicies(tx, id, body, 'addResourcePolicies'),
    removeResourcePolicies: (tx, id, body) => changePolicies(tx, id, body, 'removeResourcePolicies'),
    addAccessConfig,
    deleteAccessConfig: (tx, id, _body, query) => deleteAccessConfig(tx, id, query.get('accessConfig') ?? ''),
    attachDisk,
    setDiskAutoDelete: (tx, id, _body, query) => setDiskAutoDelete(tx, id, query.get('deviceName') ?? '', query.get('autoDelete') !== 'false'),
    detachDisk: (tx, id, _body, query) => detachDisk(tx, id, query.get('deviceName') ?? ''),
  },
  PATCH: {
    updateShieldedInstanceConfig: updateShielded,
    updateDisplayDevice: updateDisplay,
    updateNetworkInterface: (tx, id, body, query) => updateInterface(tx, id, body, query.get('networkInterface') ?? ''),
  },
};
