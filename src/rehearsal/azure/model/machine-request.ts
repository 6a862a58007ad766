import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { lastName, parseArmId, sameId } from './arm-id.ts';
import { isTrueAt, numberAt, objectAt, objectsAt, textAt, textsAt } from './fields.ts';
import { type AzureImage, resolveImage } from './images.ts';
import { find, idOf } from './kept.ts';
import { checkLocation, checkZones } from './locations.ts';
import { isAccepted, termsNotAccepted } from './marketplace.ts';
import { machineOf } from './network-interfaces.ts';
import { badRequest, invalidParameter, notAllowed, referenceNotFound, refused } from './refuse.ts';
import { type Size, sizeIn } from './sizes.ts';
import { isSshKey } from './ssh-public-keys.ts';
import { uuidOf } from './subscription.ts';

export const machineType = 'Microsoft.Compute/virtualMachines';

// https://learn.microsoft.com/azure/virtual-machines/linux/faq: names that Linux machines may not have as administrators.
const reservedNames = new Set(
  'administrator admin user user1 test user2 test1 user3 admin1 1 123 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5'.split(' '),
);

/** A machine that may be made. */
export interface MachineRequest {
  readonly location: string;
  readonly zones: readonly string[];
  readonly size: Size;
  readonly image: AzureImage;
  readonly interfaces: readonly SimResource[];
  readonly spot: boolean;
  readonly adminUsername: string;
  readonly computerName: string;
  readonly publicKeys: readonly string[];
  /** Decoded. */
  readonly customData: string | null;
}

/** Checks a new machine's request as Compute does, in its order; throws its refusal. */
export function checkRequest(tx: Transaction, id: string, body: JsonObject): MachineRequest {
  const name = lastName(id);
  const properties = objectAt(body, 'properties');
  const location = checkLocation(tx, textAt(body, 'location'), machineType);
  const zones = checkZones(tx, location, textsAt(body, 'zones'), name);
  const size = sizeIn(tx, location, textAt(properties, 'hardwareProfile', 'vmSize') ?? '');
  const image = imageOf(tx, location, objectAt(properties, 'storageProfile'));
  checkFit(size, image, objectAt(properties, 'securityProfile'), location, zones);
  checkPlan(tx, id, image, objectAt(body, 'plan'));
  const spot = textAt(properties, 'priority') === 'Spot' || textAt(properties, 'priority') === 'Low';
  checkSpot(properties, spot, size);
  return { location, zones, size, image, interfaces: interfacesOf(tx, id, location, properties), spot, ...checkProfile(name, objectAt(properties, 'osProfile')) };
}

function imageOf(tx: Transaction, location: string, storage: JsonObject): AzureImage {
  if (textAt(storage, 'osDisk', 'createOption') !== 'Attach') return resolveImage(tx, location, objectAt(storage, 'imageReference'));
  const id = textAt(storage, 'osDisk', 'managedDisk', 'id') ?? '';
  const disk = find(tx, id);
  if (disk === null) throw refused(404, 'NotFound', `Disk ${id} is not found.`);
  return resolveImage(tx, location, objectAt(disk.props, 'properties', 'creationData', 'imageReference'));
}

function checkFit(size: Size, { image, generation, trustedLaunch }: AzureImage, security: JsonObject, location: string, zones: readonly string[]): void {
  const name = size.type.type;
  if (size.type.arch !== image.arch) {
    const [wants, has] = [size.type.arch, image.arch].map((arch) => (arch === 'arm64' ? 'Arm64' : 'x64'));
    throw badRequest(`Cannot create a VM of size '${name}' because this VM size only supports a CPU Architecture of '${wants ?? ''}', but an image or disk with CPU Architecture '${has ?? ''}' was given. Please check that the CPU Architecture of the image or disk is compatible with that of the VM size.`);
  }
  if (!size.generations.includes(generation)) {
    const number = generation.slice(1);
    throw badRequest(`The selected VM size '${name}' cannot boot Hypervisor Generation '${number}'. If this was a Create operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of the selected VM Size. If this was an Update operation please select a Hypervisor Generation '${number}' VM Size. For more information, see https://aka.ms/azuregen2vm`);
  }
  if (zones.some((zone) => !size.zones.includes(zone))) throw skuNotAvailable(name, location);
  const trusted = textAt(security, 'securityType') === 'TrustedLaunch';
  const uefi = isTrueAt(security, 'uefiSettings', 'secureBootEnabled') || isTrueAt(security, 'uefiSettings', 'vTpmEnabled');
  if (uefi && !trusted) throw invalidParameter('securityProfile.uefiSettings', "The property 'securityProfile.uefiSettings' is only supported with securityType TrustedLaunch or ConfidentialVM.");
  if (!trusted) return;
  if (!size.trustedLaunch) throw badRequest(`The VM size '${name}' is not supported for creation of VMs with 'TrustedLaunch' security type. For more information, see https://aka.ms/TrustedLaunch-FAQ.`);
  if (!trustedLaunch) throw badRequest('Use of TrustedLaunch setting is not supported for the provided image. Please select Trusted Launch Supported Gen2 OS Image. For more information, see https://aka.ms/TrustedLaunch-FAQ.');
}

export function skuNotAvailable(size: string, location: string) {
  return refused(
    409,
    'SkuNotAvailable',
    `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${size}' is currently not available in location '${location}'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`,
  );
}

function checkPlan(tx: Transaction, id: string, { plan }: AzureImage, given: JsonObject): void {
  const subscription = parseArmId(id)?.subscription ?? '';
  const publisher = textAt(given, 'publisher');
  if (plan === null && publisher === null) return;
  if (plan !== null && publisher === null) {
    throw refused(400, 'VMMarketplaceInvalidInput', `Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires Plan information in the request. VM: '${id}'.`);
  }
  const matches = plan !== null && plan.publisher === publisher && plan.name === textAt(given, 'name') && plan.product === textAt(given, 'product');
  if (!matches) {
    throw refused(400, 'VMMarketplaceInvalidInput', `Unable to deploy from the Marketplace image or a custom image sourced from Marketplace image. The part number in the purchase information for VM '${id}' is not as expected. Beware that the Plan object's properties are case-sensitive. Learn more about common virtual machine error codes: https://aka.ms/azureerrors`);
  }
  const terms = { publisher: plan.publisher, offer: plan.product, plan: plan.name };
  if (!isAccepted(tx, subscription, terms)) throw termsNotAccepted(subscription, terms, uuidOf(tx.newId(32)));
}

function checkSpot(properties: JsonObject, spot: boolean, size: Size): void {
  const maxPrice = numberAt(properties, 'billingProfile', 'maxPrice');
  if (!spot) {
    if (textAt(properties, 'evictionPolicy') !== null) throw invalidParameter('evictionPolicy', "Eviction policy can be set only on Azure Spot Virtual Machines.");
    if (maxPrice !== null) throw invalidParameter('billingProfile', 'Max price configuration is not supported for this VM. For more information, see http://aka.ms/AzureSpot/errormessages');
    return;
  }
  if (!size.spot) throw notAllowed(`Azure Spot is not supported for this VM size ${size.type.type}. For more information, see http://aka.ms/AzureSpot/errormessages`);
  if (maxPrice !== null && maxPrice !== -1 && maxPrice <= 0) throw invalidParameter('billingProfile.maxPrice', 'Max price cannot be 0 or negative, -1 apart. For more information, see http://aka.ms/AzureSpot/errormessages');
  // What a spot machine costs at least is not in the catalogue: a tenth of the price is below every discount that Azure names.
  if (maxPrice !== null && maxPrice > 0 && size.type.hourlyPrice !== null && maxPrice < size.type.hourlyPrice / 10) {
    throw notAllowed('Unable to perform this operation: the current Azure Spot price is above the specified max price. For more information, see http://aka.ms/AzureSpot/errormessages');
  }
}

function interfacesOf(tx: Transaction, id: string, location: string, properties: JsonObject): readonly SimResource[] {
  const references = objectsAt(properties, 'networkProfile', 'networkInterfaces').map((nic) => textAt(nic, 'id') ?? '');
  if (references.length === 0) throw invalidParameter('networkProfile', "Virtual machine must have at least one network interface.");
  return references.map((reference) => {
    const nic = find(tx, reference);
    if (nic?.region !== location) throw referenceNotFound(reference, id);
    const user = machineOf(tx, reference);
    if (user !== null && !sameId(idOf(user), id)) throw refused(400, 'NicInUse', `Network Interface ${idOf(nic)} is used by existing resource ${idOf(user)}.`);
    return nic;
  });
}

function checkProfile(vmName: string, profile: JsonObject): Pick<MachineRequest, 'adminUsername' | 'computerName' | 'publicKeys' | 'customData'> {
  const computerName = textAt(profile, 'computerName') ?? vmName;
  if (computerName.length > 64 || /[`~!@#$%^&*()=+_[\]{}\\|;:'",<>/?\s]/.test(computerName) || /[.-]$/.test(computerName)) {
    throw invalidParameter('linuxconfiguration/computerName', "Linux host name cannot exceed 64 characters in length or contain the following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : ' \" , < > / ?.");
  }
  const adminUsername = textAt(profile, 'adminUsername');
  if (adminUsername === null) throw invalidParameter('adminUsername', "Required parameter 'adminUsername' is missing (null).");
  if (reservedNames.has(adminUsername.toLowerCase())) throw invalidParameter('adminUsername', 'The Admin Username specified is not allowed.');
  const keys = objectsAt(profile, 'linuxConfiguration', 'ssh', 'publicKeys');
  for (const key of keys) {
    const path = textAt(key, 'path');
    if (path !== `/home/${adminUsername}/.ssh/authorized_keys`) {
      throw invalidParameter('linuxConfiguration.ssh.publicKeys.path', `Destination path for SSH public keys is currently limited to its default value /home/${adminUsername}/.ssh/authorized_keys  due to a known issue in Linux provisioning agent.`);
    }
    if (!isSshKey(textAt(key, 'keyData') ?? '')) throw invalidParameter('linuxConfiguration.ssh.publicKeys.keyData', 'The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.');
  }
  if (isTrueAt(profile, 'linuxConfiguration', 'disablePasswordAuthentication') ? keys.length === 0 : textAt(profile, 'adminPassword') === null && keys.length === 0) {
    throw invalidParameter('linuxConfiguration', 'Authentication using either SSH or by user name and password must be enabled in Linux profile.');
  }
  return { adminUsername, computerName, publicKeys: keys.map((key) => textAt(key, 'keyData') ?? ''), customData: customDataOf(profile) };
}

function customDataOf(profile: JsonObject): string | null {
  const text = textAt(profile, 'customData');
  if (text === null) return null;
  // 64 KB before encoding.
  if (text.length > 87_380 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw invalidParameter('customData', 'Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.');
  }
  return Buffer.from(text, 'base64').toString('utf8');
}
