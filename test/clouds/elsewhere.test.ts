import { describe, expect, it } from 'vitest';
import { classify as aws } from '../../src/clouds/aws/errors.ts';
import { classify as azure } from '../../src/clouds/azure/errors.ts';
import { classify as gcp } from '../../src/clouds/gcp/errors.ts';

// Wordings as in the clouds' own error tests, of the providers' diagnostics.
const ec2 = (code: string, message: string) => `creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 500, RequestID: x, api error ${code}: ${message}`;
const arm = (code: string, message: string) => `creating Linux Virtual Machine: performing CreateOrUpdate: unexpected status 409 (409 Conflict) with error: ${code}: ${message}`;

describe('where else a refused machine could be had', () => {
  it.each([
    [
      'another zone of AWS, of those that it names',
      aws(ec2('InsufficientInstanceCapacity', 'We currently do not have sufficient t4g.xlarge capacity in the Availability Zone you requested (eu-north-1a). You can currently get t4g.xlarge capacity by not specifying an Availability Zone in your request or choosing eu-north-1b, eu-north-1c.')),
      { kind: 'capacity', holdsFor: 'zone', zonesOffered: ['eu-north-1b', 'eu-north-1c'] },
    ],
    ['another zone of AWS for spot', aws(ec2('InsufficientInstanceCapacity', 'There is no Spot capacity available that matches your request.')), { kind: 'capacity', holdsFor: 'zone' }],
    ['on demand, for the spot price', aws(ec2('SpotMaxPriceTooLow', 'Your Spot request price of 0.001 is lower than the minimum required Spot request fulfillment price of 0.0125.')), { kind: 'capacity', holdsFor: 'spot' }],
    ['on demand, for the limit of spot machines', aws(ec2('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded')), { kind: 'quota', holdsFor: 'spot' }],
    ['another zone of Azure', azure(arm('ZonalAllocationFailed', 'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.')), { kind: 'capacity', holdsFor: 'zone' }],
    ['another type of Azure', azure(arm('SkuNotAvailable', "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_B2s' is currently not available in location 'westeurope'.")), { kind: 'capacity', holdsFor: 'region' }],
    [
      'the zones that Azure has',
      azure(arm('InvalidAvailabilityZone', "The zone(s) '1' for resource 'Microsoft.Compute/virtualMachines/vm' is not supported. The supported zones for location 'westeurope' are '2,3'")),
      { kind: 'capacity', holdsFor: 'zone', zonesOffered: ['2', '3'] },
    ],
    [
      'another zone of Google Cloud, of those that it names',
      gcp(
        "Error waiting for instance to create: The zone 'projects/p/zones/europe-west1-b' does not have enough resources available to fulfill the request. A n2-standard-2 VM instance is currently unavailable in the europe-west1-b zone. Consider trying your request in the europe-west1-c, europe-west1-d zone(s), which currently has capacity to accommodate your request.",
      ),
      { kind: 'capacity', holdsFor: 'zone', zonesOffered: ['europe-west1-c', 'europe-west1-d'] },
    ],
    ['on demand, for the quota of preemptible machines', gcp("Error waiting for instance to create: Quota 'PREEMPTIBLE_CPUS' exceeded.  Limit: 4.0 in region europe-west1."), { kind: 'quota', holdsFor: 'spot' }],
  ])('%s', (_, problem, expected) => {
    expect(problem).toMatchObject(expected);
  });

  it('is nowhere for a quota, a permission or a full subnet', () => {
    for (const problem of [
      aws(ec2('VcpuLimitExceeded', 'You have requested more vCPU capacity than your current vCPU limit of 16 allows for the instance bucket that the specified instance type belongs to.')),
      aws(ec2('InsufficientFreeAddressesInSubnet', 'There are not enough free addresses in subnet')),
      azure(arm('AuthorizationFailed', "The client 'x' does not have authorization to perform action")),
      gcp("Error waiting for instance to create: Quota 'CPUS' exceeded.  Limit: 24.0 in region europe-west1."),
    ]) {
      expect(problem).not.toBeNull();
      expect(problem?.holdsFor).toBeUndefined();
    }
  });
});
