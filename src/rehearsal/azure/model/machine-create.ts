import type { Json, JsonObject } from '../../engine/json.ts';
import { launchMachine } from '../../engine/lifecycle.ts';
import type { Transaction } from '../../engine/world.ts';
import { lastName, parseArmId, resourceId } from './arm-id.ts';
import { createDisk, ownerOf } from './disks.ts';
import { isObject, numberAt, objectAt, present, saying, tagsOf, textAt } from './fields.ts';
import { find, idOf, kept } from './kept.ts';
import { machineHooks } from './machine-life.ts';
import { checkRequest, type MachineRequest } from './machine-request.ts';
import { primaryOf, publicIpOf } from './ip-configurations.ts';
import { invalidParameter, notAllowed } from './refuse.ts';
import { simulatedTenant, uuidOf } from './subscription.ts';
import { checkCores } from './usages.ts';

/** The OS disk that comes with the machine, as the machine's document names it. */
function osDiskOf(tx: Transaction, id: string, request: MachineRequest, given: JsonObject, tags: Readonly<Record<string, string>>): JsonObject {
  const parsed = parseArmId(id);
  const attached = textAt(given, 'managedDisk', 'id');
  const name = textAt(given, 'name') ?? (attached === null ? `${lastName(id)}_OsDisk_1_${tx.newId(32)}` : lastName(attached));
  const sku = textAt(given, 'managedDisk', 'storageAccountType') ?? 'Standard_LRS';
  const minimum = request.image.image.minDiskGb;
  const sizeGb = numberAt(given, 'diskSizeGB') ?? minimum;
  if (sizeGb < minimum) {
    throw notAllowed(`The specified disk size ${sizeGb} GB is smaller than the size of the corresponding disk in the VM image: ${minimum} GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size.`);
  }
  if (sku === 'UltraSSD_LRS' || sku === 'PremiumV2_LRS') throw invalidParameter('osDisk.managedDisk.storageAccountType', `${sku} cannot be used for the OS disk.`);
  const diskId = resourceId(parsed?.subscription ?? '', parsed?.group ?? '', 'Microsoft.Compute/disks', name);
  if (textAt(given, 'createOption') === 'Attach') {
    const owner = attached === null ? null : ownerOf(tx, attached);
    if (owner !== null) throw notAllowed(`Disk '${name}' cannot be attached as the disk is already owned by VM '${idOf(owner)}'.`);
  } else {
    if (find(tx, diskId) !== null) throw notAllowed(`Disk ${name} already exists in resource group ${(parsed?.group ?? '').toUpperCase()}. Only CreateOption.Attach is supported.`);
    const { urn, version, generation, gallery, image } = request.image;
    const imageReference: JsonObject = urn === null ? { communityGalleryImageId: `/CommunityGalleries/${gallery?.gallery ?? ''}/Images/${gallery?.definition ?? ''}/Versions/${version}` } : { ...urn, version };
    createDisk(tx, {
      id: diskId,
      location: request.location,
      zones: request.zones,
      sku,
      sizeGb,
      tags,
      imageName: image.name,
      properties: { osType: 'Linux', hyperVGeneration: generation, supportedCapabilities: { architecture: image.arch === 'arm64' ? 'Arm64' : 'x64' }, creationData: { createOption: 'FromImage', imageReference } },
    });
  }
  return {
    osType: 'Linux',
    name,
    createOption: textAt(given, 'createOption') ?? 'FromImage',
    caching: textAt(given, 'caching') ?? 'ReadWrite',
    managedDisk: { storageAccountType: sku, id: attached ?? diskId },
    diskSizeGB: sizeGb,
    deleteOption: textAt(given, 'deleteOption') ?? 'Detach',
    ...present({ writeAcceleratorEnabled: given.writeAcceleratorEnabled, diffDiskSettings: given.diffDiskSettings }),
  };
}

// Azure shows neither the password nor the custom data again.
function profileOf(given: JsonObject, request: MachineRequest): JsonObject {
  const { customData: _, adminPassword: __, ...rest } = given;
  const linux = objectAt(given, 'linuxConfiguration');
  return {
    secrets: [],
    allowExtensionOperations: true,
    ...rest,
    computerName: request.computerName,
    requireGuestProvisionSignal: true,
    linuxConfiguration: {
      disablePasswordAuthentication: false,
      provisionVMAgent: true,
      ...linux,
      patchSettings: { patchMode: 'ImageDefault', assessmentMode: 'ImageDefault', ...objectAt(linux, 'patchSettings') },
      enableVMAgentPlatformUpdates: false,
    },
  };
}

function imageReferenceOf(given: JsonObject, { image }: MachineRequest): JsonObject {
  return image.urn === null ? given : { ...given, exactVersion: image.version };
}

/** Puts a machine into the world that passed every check; throws Azure's refusal. */
export function createMachine(tx: Transaction, id: string, body: JsonObject): void {
  const request = checkRequest(tx, id, body);
  const parsed = parseArmId(id);
  checkCores(tx, parsed?.subscription ?? '', request.location, request.size, request.spot);
  const tags = tagsOf(body);
  const given = objectAt(body, 'properties');
  const storage = objectAt(given, 'storageProfile');
  const diagnostics = objectAt(given, 'diagnosticsProfile', 'bootDiagnostics');
  const properties: JsonObject = {
    // The provider sends `additionalCapabilities: {}` and, were it shown again, would plan to take it away.
    ...saying(given),
    vmId: uuidOf(tx.newId(32)),
    timeCreated: new Date(tx.nowMs).toISOString(),
    storageProfile: {
      imageReference: imageReferenceOf(objectAt(storage, 'imageReference'), request),
      osDisk: osDiskOf(tx, id, request, objectAt(storage, 'osDisk'), tags),
      dataDisks: [],
      diskControllerType: textAt(storage, 'diskControllerType') ?? 'SCSI',
    },
    osProfile: profileOf(objectAt(given, 'osProfile'), request),
    // An empty URI means the managed account, and is not shown again.
    diagnosticsProfile: { bootDiagnostics: present({ enabled: diagnostics.enabled ?? false, storageUri: textAt(diagnostics, 'storageUri') }) },
  };
  const { machine: _, ...instance } = kept(tx, {
    id,
    kind: 'instance',
    location: request.location,
    zones: request.zones,
    body,
    properties,
    more: { plan: body.plan, identity: identityOf(tx, body.identity), deallocate: false },
  });
  const [nic] = request.interfaces;
  const primary = nic === undefined ? {} : primaryOf(nic);
  launchMachine(
    tx,
    instance,
    {
      hostName: request.computerName,
      // The administrator is the machine's default user, whatever the image calls its own.
      image: { ...request.image.image, defaultUser: request.adminUsername },
      type: request.size.type,
      privateIp: textAt(primary, 'privateIPAddress') ?? '',
      publicIp: publicIpOf(tx, primary),
      userData: request.customData,
      authorizedKeys: request.publicKeys.map((publicKey) => ({ user: request.adminUsername, publicKey })),
      onShutdown: 'stop',
      onPreemption: textAt(given, 'evictionPolicy') === 'Delete' ? 'terminate' : 'stop',
      deadline: null,
      spot: request.spot,
    },
    machineHooks,
  );
}

/** A system-assigned identity gets its principal from the cloud. */
export function identityOf(tx: Transaction, given: Json | undefined): Json | undefined {
  if (!isObject(given) || !(textAt(given, 'type') ?? '').includes('SystemAssigned')) return given;
  return { ...given, principalId: uuidOf(tx.newId(32)), tenantId: simulatedTenant };
}
