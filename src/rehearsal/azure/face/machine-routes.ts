import { consoleText } from '../../engine/console.ts';
import type { SimResource } from '../../engine/resource.ts';
import { groupId } from '../model/arm-id.ts';
import { callOf } from '../model/call-of.ts';
import { isTrueAt } from '../model/fields.ts';
import { find, get, propertiesOf } from '../model/kept.ts';
import { power, powerActions } from '../model/machine-life.ts';
import { instanceView } from '../model/machine-view.ts';
import { startOperation } from '../model/operations.ts';
import { notAllowed, notFound, refused } from '../model/refuse.ts';
import { sizesIn } from '../model/sizes.ts';
import { type Asked, empty, type Handler, json } from './answer.ts';
import { operationFor, operationHeaders } from './resource-routes.ts';

function idOf({ names }: Asked): string {
  return `${groupId(names.subscription ?? '', names.group ?? '')}/providers/Microsoft.Compute/virtualMachines/${names.machine ?? ''}`;
}

/** The serial log's address: a blob of the simulated account. */
function logUri({ request }: Asked, id: string): string {
  return `${request.origin}/bootdiagnostics-simulated/${Buffer.from(id).toString('base64url')}/serialconsole.log?sv=simulated&sig=simulated`;
}

export const view: Handler = async (asked) => {
  const id = idOf(asked);
  const { world, caller } = asked.context;
  return json(200, await world.call({ ...callOf('read', id, {}, 'instanceView/read'), caller }, (tx) => instanceView(get(tx, id), tx.nowMs, logUri(asked, id))));
};

export const sizes: Handler = async (asked) => {
  const id = idOf(asked);
  const { world, caller } = asked.context;
  const value = await world.call({ ...callOf('read', id, {}, 'vmSizes/read'), caller }, (tx) =>
    sizesIn(tx, get(tx, id).region ?? '').map(({ type }) => ({ name: type.type, numberOfCores: type.vcpu, memoryInMB: type.memoryGb * 1024, osDiskSizeInMB: 1_047_552, resourceDiskSizeInMB: 0, maxDataDiskCount: type.vcpu * 2 })),
  );
  return json(200, { value });
};

/** `powerOff`, `start` and their kind: an operation each. */
export const act: Handler = async (asked) => {
  const id = idOf(asked);
  const wanted = (asked.names.action ?? '').toLowerCase();
  const action = powerActions.find((one) => one.toLowerCase() === wanted);
  if (action === undefined) throw notFound(id);
  const { world, caller } = asked.context;
  return await world.call({ ...callOf('update', id, {}, `${action}/action`), caller }, (tx) => {
    power(tx, id, action);
    return empty(202, operationHeaders(asked, startOperation(tx, operationFor(id, { location: get(tx, id).region }, 'settled'))));
  });
};

function checkDiagnostics(machine: SimResource): void {
  if (isTrueAt(propertiesOf(machine), 'diagnosticsProfile', 'bootDiagnostics', 'enabled')) return;
  throw notAllowed(`Boot diagnostics is not enabled on the VM '${machine.name ?? ''}'. Enable it and retry the operation.`);
}

export const bootDiagnostics: Handler = async (asked) => {
  const id = idOf(asked);
  const { world, caller } = asked.context;
  await world.call({ ...callOf('read', id, {}, 'retrieveBootDiagnosticsData/action'), caller }, (tx) => checkDiagnostics(get(tx, id)));
  const uri = logUri(asked, id);
  return json(200, { consoleScreenshotBlobUri: uri.replace('serialconsole.log', 'screenshot.bmp'), serialConsoleLogBlobUri: uri });
};

/** The blob itself: no token, the address is the secret. */
export const serialLog: Handler = async ({ names, context }) => {
  const id = Buffer.from(names.blob ?? '', 'base64url').toString();
  const text = await context.world.read((tx) => {
    const machine = find(tx, id)?.machine;
    return machine === undefined ? null : consoleText(machine, tx.nowMs);
  });
  if (text === null) throw refused(404, 'BlobNotFound', 'The specified blob does not exist.');
  return { status: 200, headers: { 'content-type': 'application/octet-stream', 'x-ms-blob-type': 'AppendBlob' }, body: text };
};
