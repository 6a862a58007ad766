import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/clouds/azure/errors.ts';
import { readAzureErrors } from '../../../src/clouds/azure/error-text.ts';
import type { Problem } from '../../../src/core/errors.ts';

const machine = 'creating Linux Virtual Machine (Subscription: "11111111-2222-4333-8444-555555555555"\nResource Group Name: "lab-x7k2p9-azure"\nVirtual Machine Name: "lab-azure")';
/** A refused call, as go-azure-sdk words it. */
const sync = (status: string, code: string, message: string, what = `${machine}: performing CreateOrUpdate`) => `${what}: unexpected status ${status} with error: ${code}: ${message}`;
/** An operation that was taken and failed later. */
const later = (code: string, message: string, status = 'Failed') =>
  `${machine}: polling after CreateOrUpdate: polling failed: the Azure API returned the following error:\n\nStatus: "${status}"\nCode: "${code}"\nMessage: "${message}"\nActivity Id: ""\n\n---\n\nAPI Response:\n\n----[start]----\n{"status":"${status}","error":{"code":"${code}","message":"${message}"}}\n-----[end]-----\n`;

const cores =
  'Operation could not be completed as it results in exceeding approved standardBasv2Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 10, Current Usage: 8, Additional Required: 4, (Minimum) New Limit Required: 12. Setup Alerts when Quota reaches threshold. Learn more at https://aka.ms/quotamonitoringalerting . Submit a request for Quota increase at https://aka.ms/ProdportalCRP/#blade/Microsoft_Azure_Capacity/UsageAndQuota.ReactView/Parameters/%7B%22subscriptionId%22:%22x%22%7D by specifying parameters listed in the ‘Details’ section for deployment to succeed.';
const legalTerms =
  "You have not accepted the legal terms on this subscription: 'af47a13f-fd84-4989-b969-e268d0e5d2c3' for this plan. Before the subscription can be used, you need to accept the legal terms of the image. To read and accept legal terms, use the Azure CLI commands described at https://go.microsoft.com/fwlink/?linkid=2110637 or the PowerShell commands available at https://go.microsoft.com/fwlink/?linkid=862451. Offer details: publisher='almalinux' offer = 'almalinux-x86_64', sku = '9-gen2', Correlation Id: '8ebbdb34-3a93-4c42-b61d-08a959a4d6ab'.";

type Row = readonly [what: string, text: string, problem: Partial<Problem>];
const containing = (text: string) => expect.stringContaining(text) as string;

/** The provider's, the APIs' and the sign-in's own wordings, as users reported them. */
const rows: readonly Row[] = [
  // Capacity.
  ['size not available', sync('409 (409 Conflict)', 'SkuNotAvailable', "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_B2s' is currently not available in location 'westus'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details."), {
    kind: 'capacity', code: 'SkuNotAvailable', retryable: true, summary: 'Azure has no Standard_B2s left in westus', hint: containing('another zone (--zone), region (--region)'),
  }],
  ['no capacity in the zone, while waiting', later('ZonalAllocationFailed', 'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance'), {
    kind: 'capacity', code: 'ZonalAllocationFailed', retryable: true, summary: 'Azure has no machine of this size left in the zone', hint: containing('--zone'),
  }],
  ['too many wishes for a zone', later('OverconstrainedZonalAllocationRequest', 'Allocation failed. VM(s) with the following constraints cannot be allocated, because the condition is too restrictive. Please remove some constraints and try again. Constraints applied are:\\n  - Differencing (Ephemeral) Disks\\n  - Low Priority VMs\\n  - Availability Zone\\n  - VM Size'), {
    kind: 'capacity', code: 'OverconstrainedZonalAllocationRequest', hint: containing('--no-spot'),
  }],
  ['no capacity in the region', later('AllocationFailed', 'Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance'), {
    kind: 'capacity', code: 'AllocationFailed', hint: 'another region (--region) or type (--instance-type)',
  }],
  ['the code in the status only', later('', 'Allocation failed. Please try reducing the VM size or number of VMs, retry later, or try deploying to a different Availability Set or different Azure location.', 'OverconstrainedAllocationRequest'), {
    kind: 'capacity', code: 'OverconstrainedAllocationRequest',
  }],
  ['a zone that is not there, others named', sync('400 (400 Bad Request)', 'InvalidAvailabilityZone', "The zone(s) '3' for resource 'Microsoft.Compute/virtualMachines/lab-azure' is not supported. The supported zones for location 'westus3' are '1,2'"), {
    kind: 'capacity', summary: 'Azure does not offer this in the zone 3', hint: 'labtui apply --session SESSION --zone 1   (also: 2)',
  }],
  ['spot price', sync('409 (409 Conflict)', 'OperationNotAllowed', 'Unable to perform this operation: the current Azure Spot price is above the specified max price. For more information, see http://aka.ms/AzureSpot/errormessages'), {
    kind: 'capacity', summary: 'the spot price is above spot.maxPrice', hint: containing('--max-price'),
  }],
  ['full subnet', sync('400 (400 Bad Request)', 'SubnetIsFull', 'Subnet labs with address prefix 10.0.0.0/29 does not have enough capacity for 1 IP addresses.', 'creating Network Interface'), { kind: 'capacity', hint: containing('azure.subnetId') }],
  // Quota.
  ['family quota', sync('409 (409 Conflict)', 'OperationNotAllowed', cores), {
    kind: 'quota', retryable: false, summary: `the subscription's quota "standardBasv2Family Cores" is used up in westeurope (8 of 10 vCPU in use, 4 more needed)`, hint: containing('--size small'),
  }],
  ['regional quota, newer code', later('QuotaExceeded', cores.replace('standardBasv2Family Cores', 'Total Regional Cores')), {
    kind: 'quota', summary: containing('"Total Regional Cores" is used up in westeurope'),
  }],
  ['a quota of nothing', sync('409 (409 Conflict)', 'OperationNotAllowed', cores.replace('Current Limit: 10, Current Usage: 8', 'Current Limit: 0, Current Usage: 0')), {
    kind: 'quota', retryable: false, summary: `the subscription's quota "standardBasv2Family Cores" is used up in westeurope (0 of 0 vCPU in use, 4 more needed)`,
  }],
  ['spot quota', sync('409 (409 Conflict)', 'OperationNotAllowed', cores.replace('standardBasv2Family Cores', 'LowPriorityCores')), { kind: 'quota', hint: containing('--no-spot, another region') }],
  ['older wording', sync('409 (409 Conflict)', 'OperationNotAllowed', 'Operation results in exceeding quota limits of Core. Maximum allowed: 4, Current in use: 4, Additional requested: 1. Please read more about quota increase at https://aka.ms/ProdportalCRP/'), {
    kind: 'quota', summary: `the subscription's quota "Cores" is used up (4 of 4 vCPU in use, 1 more needed)`,
  }],
  ['addresses', sync('400 (400 Bad Request)', 'PublicIPCountLimitReached', 'Cannot create more than 10 public IP addresses for this subscription in this region.', 'creating Public I P Address'), {
    kind: 'quota', code: 'PublicIPCountLimitReached', summary: 'a limit of the subscription is reached: Cannot create more than 10 public IP addresses for this subscription in this region',
  }],
  ['resource groups', sync('409 (409 Conflict)', 'ResourceGroupQuotaExceeded', "Creating the resource group 'lab' would exceed the quota of '980'. The current resource group count is '980', please delete some resource groups before creating a new one.", 'creating Resource Group "lab"'), {
    kind: 'quota', hint: containing('az group list'),
  }],
  // Nested codes: the inner ones first.
  ['nested quota', 'compute.VirtualMachinesClient#CreateOrUpdate: Failure sending request: StatusCode=0 -- Original Error: Code="InvalidTemplateDeployment" Message="The template deployment failed" Details=[{"code":"Conflict","message":"{\\"error\\":{\\"code\\":\\"SkuNotAvailable\\",\\"message\\":\\"The requested VM size for resource \'Following SKUs have failed for Capacity Restrictions: Standard_D2s_v3\' is currently not available in location \'westeurope\'.\\"}}"}]', {
    kind: 'capacity', code: 'SkuNotAvailable', summary: 'Azure has no Standard_D2s_v3 left in westeurope',
  }],
  ['a quota within a code within a message', 'Code="BadRequest" Message="Code=\\"OperationNotAllowed\\" Message=\\"Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus, Current Limit: 4, Current Usage: 4, Additional Required: 2\\""', {
    kind: 'quota', summary: containing('"Total Regional Cores" is used up in eastus'),
  }],
  ['an inner code that says nothing leaves it to the outer one', 'unexpected status 400 (400 Bad Request) with error: MarketplacePurchaseEligibilityFailed: Marketplace purchase eligibilty check returned errors. See inner errors for details. \n Code: "BadRequest"\nMessage: "Offer with PublisherId: kali-linux, OfferId: kali cannot be purchased due to validation errors."', {
    kind: 'terms', code: 'MarketplacePurchaseEligibilityFailed',
  }],
  // Terms.
  ['terms, offer named', sync('400 (400 Bad Request)', 'ResourcePurchaseValidationFailed', `User failed validation to purchase resources. Error message: '${legalTerms}'`), {
    kind: 'terms', summary: 'the image needs its terms accepted once for the subscription', hint: 'az vm image terms accept --publisher almalinux --offer almalinux-x86_64 --plan 9-gen2',
  }],
  ['terms, older wording', 'Code="ResourcePurchaseValidationFailed" Message="User failed validation to purchase resources. Error message: \'Legal terms have not been accepted for this item on this subscription. To accept legal terms using PowerShell, please use Get-AzureRmMarketplaceTerms and Set-AzureRmMarketplaceTerms API\'"', {
    kind: 'terms', hint: 'az vm image terms accept --urn PUBLISHER:OFFER:SKU:VERSION',
  }],
  // Credentials.
  ['sign-in too old', 'running Azure CLI: exit status 1: ERROR: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-05-01T10:00:00.0000000Z and was inactive for 90.00:00:00.\nInteractive authentication is needed. Please run:\naz login --scope https://management.core.windows.net//.default', {
    kind: 'credentials', retryable: false, summary: containing('has expired'), hint: 'az login --scope https://management.core.windows.net//.default',
  }],
  ['conditional access', "AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.", { kind: 'credentials', hint: 'az login' }],
  ["a pipeline's token", 'clientCredentialsToken: received HTTP status 401 with response: {"error":"invalid_client","error_description":"AADSTS700024: Client assertion is not within its valid time range."}', { kind: 'credentials', hint: containing('new job') }],
  ['wrong secret', "ClientSecretCredential authentication failed: invalid_client: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.", {
    kind: 'credentials', summary: containing('Invalid client secret provided'), hint: containing('ARM_CLIENT_SECRET'),
  }],
  ['secret expired', "AADSTS7000222: The provided client secret keys for app 'x' are expired.", { kind: 'credentials', hint: containing('credential reset') }],
  ['CLI not signed in, provider', "unable to build authorizer for Resource Manager API: could not configure AzureCli Authorizer: obtaining tenant ID: running Azure CLI: exit status 1: ERROR: Please run 'az login' to setup account.", {
    kind: 'credentials', summary: 'nobody is signed in to the Azure CLI', hint: 'az login',
  }],
  ['no CLI, provider', 'unable to build authorizer for Resource Manager API: could not configure AzureCli Authorizer: could not parse Azure CLI version: launching Azure CLI: exec: "az": executable file not found in $PATH', {
    kind: 'credentials', summary: containing('there is no Azure CLI'),
  }],
  ['no CLI, API', "CredentialUnavailableError: Azure CLI could not be found. Please visit https://aka.ms/azure-cli for installation instructions and then, once installed, authenticate to your Azure account using 'az login'.", {
    kind: 'credentials', summary: containing('there is no Azure CLI'), hint: containing('ARM_CLIENT_ID'),
  }],
  ['a subscription of another account', "CredentialUnavailableError: ERROR: The subscription of '11111111-2222-4333-8444-555555555555' doesn't exist in cloud 'AzureCloud'.", {
    kind: 'credentials', summary: 'these credentials see no subscription 11111111-2222-4333-8444-555555555555',
  }],
  ['no subscription, provider', '`subscription_id` is a required provider property when performing a plan/apply operation', { kind: 'credentials', hint: containing('azure.subscriptionId') }],
  ['unknown subscription', sync('404 (404 Not Found)', 'SubscriptionNotFound', "The subscription '11111111-2222-4333-8444-555555555555' could not be found.", 'checking for presence of existing Resource Group "lab"'), {
    kind: 'credentials', code: 'SubscriptionNotFound', hint: containing('az account list'),
  }],
  ['token too old', sync('401 (401 Unauthorized)', 'ExpiredAuthenticationToken', "The access token expiry UTC time '11/20/2026 10:00:00 AM' is earlier than current UTC time."), { kind: 'credentials', summary: 'the Azure credentials have expired' }],
  ['another tenant', sync('401 (401 Unauthorized)', 'InvalidAuthenticationTokenTenant', "The access token is from the wrong issuer 'https://sts.windows.net/aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb/'. It must match the tenant 'https://sts.windows.net/cccccccc-1111-4222-8333-dddddddddddd/' associated with this subscription."), {
    kind: 'credentials', hint: 'az login --tenant cccccccc-1111-4222-8333-dddddddddddd',
  }],
  // Permission and registration.
  ['not allowed', sync('403 (403 Forbidden)', 'AuthorizationFailed', "The client 'me@example.com' with object id '5c' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/write' over scope '/subscriptions/1/resourcegroups/lab' or the scope is invalid. If access was recently granted, please refresh your credentials.", 'creating Resource Group "lab"'), {
    kind: 'permission', code: 'AuthorizationFailed', summary: 'the credentials may not Microsoft.Resources/subscriptions/resourcegroups/write', hint: containing('Contributor'),
  }],
  ['not registered', sync('409 (409 Conflict)', 'MissingSubscriptionRegistration', "The subscription is not registered to use namespace 'Microsoft.Network'. See https://aka.ms/rps-not-found for how to register subscriptions.", 'creating Virtual Network'), {
    kind: 'prerequisite', summary: 'the subscription is not registered for Microsoft.Network yet', hint: 'az provider register --namespace Microsoft.Network --wait',
  }],
  ['not registered, in the words of the SDK', 'Resource Provider was not registered: Microsoft.Compute', { kind: 'prerequisite', hint: 'az provider register --namespace Microsoft.Compute --wait' }],
  ['a disabled subscription', sync('409 (409 Conflict)', 'ReadOnlyDisabledSubscription', "The subscription '1' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled."), { kind: 'permission', hint: containing('reactivate') }],
  ['a policy', sync('403 (403 Forbidden)', 'RequestDisallowedByPolicy', "Resource 'lab-azure' was disallowed by policy. Policy identifiers: '[{\"policyAssignment\":{\"name\":\"Allowed locations\",\"id\":\"/x\"}}]'."), { kind: 'permission', summary: 'a policy of the subscription forbids it: Allowed locations' }],
  // Image and input.
  ['no such image', sync('404 (404 Not Found)', 'PlatformImageNotFound', "The platform image 'Debian:debian-12:12-gen2:0.1.2' is not available. Verify that all fields in the storage profile are correct."), {
    kind: 'image', code: 'PlatformImageNotFound', summary: 'the image Debian:debian-12:12-gen2:0.1.2 does not exist in this region',
  }],
  ['generation', sync('400 (400 Bad Request)', 'BadRequest', "The selected VM size 'Standard_D2pls_v6' cannot boot Hypervisor Generation '1'. If this was a Create operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of the selected VM Size."), {
    kind: 'image', summary: 'this size does not start an image of generation 1',
  }],
  ['architecture', sync('400 (400 Bad Request)', 'BadRequest', "Cannot create a VM of size 'Standard_B2pls_v2' because this VM size only supports a CPU Architecture of 'Arm64', but an image or disk with CPU Architecture 'x64' was given. Please check that the CPU Architecture of the image or disk is compatible with that of the VM size."), {
    kind: 'invalid-input', summary: 'the size is Arm64, the image x64',
  }],
  ['a disk that is too small', sync('400 (400 Bad Request)', 'ResizeDiskError', "The specified disk size 20 GB is smaller than the size of the corresponding disk in the VM image: 64 GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size."), {
    kind: 'invalid-input', summary: 'the disk is smaller than the image (64 GB)', hint: '--disk 64   or more',
  }],
  ['a reserved user', sync('400 (400 Bad Request)', 'InvalidParameter', 'The Admin Username specified is not allowed.'), { kind: 'invalid-input', hint: '--set ssh.user=lab' }],
  ['an unknown size', sync('400 (400 Bad Request)', 'InvalidParameter', 'The value Standard_B2zz provided for the VM size is not valid. The valid sizes in the current region are: Standard_B1ls,Standard_B1ms.'), {
    kind: 'invalid-input', summary: 'Azure does not offer Standard_B2zz in this region',
  }],
  ['a quota word is not everything', sync('409 (409 Conflict)', 'OperationNotAllowed', "Azure Spot is not supported for this VM size Standard_B2s. For more information, see http://aka.ms/AzureSpot/errormessages"), {
    kind: 'invalid-input', code: 'OperationNotAllowed', summary: 'Azure refuses the combination: Azure Spot is not supported for this VM size Standard_B2s',
  }],
  // Conflict.
  ['left by an earlier run', 'a resource with the ID "/subscriptions/1/resourceGroups/lab-x7k2p9-azure/providers/Microsoft.Compute/virtualMachines/lab-azure" already exists - to be managed via Terraform this resource needs to be imported into the State. Please see the resource documentation for "azurerm_linux_virtual_machine" for more information', {
    kind: 'conflict', summary: 'it exists already: lab-azure', hint: containing('labtui destroy SESSION'),
  }],
  ['a subnet in use', sync('400 (400 Bad Request)', 'InUseSubnetCannotBeDeleted', 'Subnet lab is in use by /subscriptions/1/resourceGroups/lab/providers/Microsoft.Network/networkInterfaces/lab-azure/ipConfigurations/lab and cannot be deleted.', 'deleting Subnet'), {
    kind: 'conflict', retryable: true, hint: containing('labtui destroy SESSION'),
  }],
  ['an address in use', sync('400 (400 Bad Request)', 'PublicIPAddressCannotBeDeleted', 'Public IP address /subscriptions/1/resourceGroups/lab/providers/Microsoft.Network/publicIPAddresses/lab-azure can not be deleted since it is still allocated to resource /subscriptions/1/resourceGroups/lab/providers/Microsoft.Network/networkInterfaces/lab-azure/ipConfigurations/lab.', 'deleting Public I P Address'), {
    kind: 'conflict', code: 'PublicIPAddressCannotBeDeleted', retryable: true, hint: containing('labtui destroy SESSION'),
  }],
  ['an interface held back', sync('400 (400 Bad Request)', 'NicReservedForAnotherVm', 'Nic(s) in request is reserved for another Virtual Machine for 180 seconds.', 'deleting Network Interface'), { kind: 'conflict', retryable: true, hint: containing('three minutes') }],
  ['a group that is not empty', 'deleting Resource Group "lab": the Resource Group still contains Resources.\n\nTerraform is configured to check for Resources within the Resource Group', { kind: 'conflict', retryable: true }],
  ['a lock', sync('409 (409 Conflict)', 'ScopeLocked', "The scope '/subscriptions/1/resourceGroups/lab' cannot perform delete operation because following scope(s) are locked"), { kind: 'conflict', hint: containing('az lock list') }],
  ['another change', sync('429 (429 Too Many Requests)', 'RetryableError', 'A retryable error occurred.'), { kind: 'conflict', retryable: true }],
  ['never finished', `${machine}: polling after CreateOrUpdate: context deadline exceeded`, { kind: 'conflict', retryable: true, summary: 'Azure did not finish in time: a change is still under way' }],
  // Not ready, preempted, throttled.
  ['the system did not report', later('OSProvisioningTimedOut', "OS Provisioning for VM 'lab-azure' did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later."), { kind: 'not-ready', hint: containing('labtui console SESSION') }],
  ['spot taken back', sync('409 (409 Conflict)', 'OperationNotAllowed', 'Operation is not allowed: the Azure Spot VM has been evicted.'), { kind: 'preempted', hint: containing('--no-spot') }],
  ['too many calls', sync('429 (429 Too Many Requests)', 'ResourceCollectionRequestsThrottled', "Operation 'Microsoft.Network/publicIPAddresses/read' failed as server encountered too many requests. Please try after '17' seconds. Tracking Id is '1'."), {
    kind: 'throttled', retryable: true, hint: 'wait 17 seconds, then: labtui apply --session SESSION --parallelism 2',
  }],
  ["Azure's own", later('InternalExecutionError', 'An internal execution error occurred. Please retry later.'), { kind: 'throttled', summary: 'Azure has a problem of its own (InternalExecutionError)' }],
  // Terraform's own and the network's.
  ['offline', 'getting authenticated object ID: Get "https://management.azure.com/metadata/endpoints": dial tcp: lookup management.azure.com on 127.0.0.53:53: no such host', { kind: 'network', summary: 'management.azure.com cannot be reached' }],
  ['a code that no row has', sync('409 (409 Conflict)', 'SomethingNew', 'Nobody knows. Not yet.'), { kind: 'conflict', code: 'SomethingNew', summary: 'Azure refused it: Nobody knows' }],
  ['gone', sync('404 (404 Not Found)', 'ResourceNotFound', "The Resource 'Microsoft.Compute/virtualMachines/x' under resource group 'lab' was not found."), { kind: 'not-found', code: 'ResourceNotFound' }],
];

describe('what Azure refuses, in its own words', () => {
  it.each(rows)('%s', (_what, text, problem) => {
    expect(classify(text)).toMatchObject(problem);
  });

  it('leaves what it does not know', () => {
    expect(classify('some text')).toBeNull();
  });

  it('finds every code in a text, the innermost first', () => {
    const text = sync('400 (400 Bad Request)', 'Outer', 'Code="Middle" Message="{\\"error\\":{\\"code\\":\\"Inner\\",\\"message\\":\\"it is so\\"}}"');
    expect(readAzureErrors(text).map(({ code, message }) => [code, message])).toEqual([
      ['Inner', 'it is so'],
      ['Middle', expect.stringContaining('Inner')],
      ['Outer', expect.stringContaining('Middle')],
    ]);
  });
});
