import { createHash } from 'node:crypto';
import type { CallSubject, CloudCall } from '../../engine/call.ts';
import { CloudError } from '../../engine/cloud-error.ts';
import type { Refusal } from '../../engine/fault.ts';
import type { WorldView } from '../../engine/world.ts';
import { imageNotFound } from './images.ts';
import { zonesOffering } from './instance-types.ts';
import { identity } from './account.ts';
import { isOperation, serviceOf } from './operations.ts';
import { vcpuLimitExceeded } from './run-instances.ts';

/** EC2's and STS's own words for a fault's refusal. */
export function refusal(kind: Refusal, call: CloudCall, view: WorldView): CloudError {
  const isSts = call.operation === 'GetCallerIdentity';
  switch (kind) {
    case 'credentials':
      return isSts
        ? new CloudError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 })
        : new CloudError('AuthFailure', 'AWS was not able to validate the provided access credentials', { status: 401 });
    case 'expired':
      return isSts
        ? new CloudError('ExpiredToken', 'The security token included in the request is expired', { status: 403 })
        : new CloudError('RequestExpired', 'Request has expired.');
    case 'permission':
    case 'ttl-layer-denied':
      return isSts ? accessDenied() : unauthorized(call);
    case 'quota':
      return quota(call);
    case 'capacity':
      return capacity(call, view, true);
    case 'capacity-region':
      return capacity(call, view, false);
    case 'image':
      return imageNotFound(param(call, 'imageId') ?? 'ami-00000000000000000');
    case 'terms':
      return new CloudError(
        'OptInRequired',
        `In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=${digest(param(call, 'imageId') ?? '').slice(0, 25)}`,
        { status: 401 },
      );
    case 'throttled':
      return new CloudError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 });
    case 'conflict':
      return conflict(call);
    case 'invalid-input':
      return invalidInput(call);
  }
}

function accessDenied(): CloudError {
  return new CloudError('AccessDenied', `User: ${identity.arn} is not authorized to perform: sts:GetCallerIdentity with an explicit deny`, { status: 403 });
}

function unauthorized({ operation }: CloudCall): CloudError {
  if (operation === 'GetServiceQuota') {
    return new CloudError('AccessDeniedException', `User: ${identity.arn} is not authorized to perform: servicequotas:GetServiceQuota`);
  }
  const service = isOperation(operation) ? serviceOf(operation) : 'EC2';
  if (service === 'IAM' || service === 'Scheduler') {
    const action = `${service.toLowerCase()}:${operation}`;
    return new CloudError(
      service === 'IAM' ? 'AccessDenied' : 'AccessDeniedException',
      `User: ${identity.arn} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
      { status: 403 },
    );
  }
  // As opaque as the real one, and as long as it has to be to look like it.
  const encoded = Buffer.from(`simulated:${digest(operation)}${digest(`${operation} `)}`).toString('base64url');
  return new CloudError(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${identity.arn} is not authorized to perform: ec2:${operation} on resource: * because no identity-based policy allows the ec2:${operation} action. Encoded authorization failure message: ${encoded}`,
    { status: 403 },
  );
}

function quota(call: CloudCall): CloudError {
  const counted: Readonly<Partial<Record<CallSubject, readonly [code: string, what: string]>>> = {
    network: ['VpcLimitExceeded', 'VPCs'],
    address: ['AddressLimitExceeded', 'addresses'],
    firewall: ['SecurityGroupLimitExceeded', 'security groups'],
    subnet: ['SubnetLimitExceeded', 'subnets'],
    disk: ['VolumeLimitExceeded', 'volumes'],
  };
  const [code, what] = counted[call.subject] ?? [];
  if (code !== undefined) return new CloudError(code, `The maximum number of ${what ?? ''} has been reached.`);
  return isSpot(call) ? new CloudError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded') : vcpuLimitExceeded(16);
}

function capacity(call: CloudCall, view: WorldView, elsewhere: boolean): CloudError {
  if (isSpot(call)) {
    return new CloudError('InsufficientInstanceCapacity', 'There is no Spot capacity available that matches your request.', { status: 500 });
  }
  const type = param(call, 'instanceType') ?? 'instance';
  const zone = call.zone ?? null;
  const message = `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone ?? ''}). Our system will be working on provisioning additional capacity.`;
  const others = zone === null || call.region == null ? [] : zonesOffering(view.catalogue, call.region, type).filter((each) => each !== zone);
  const hint = elsewhere && others.length > 0 ? ` You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.` : '';
  return new CloudError('InsufficientInstanceCapacity', `${message}${hint}`, { status: 500 });
}

function conflict(call: CloudCall): CloudError {
  if (call.verb === 'delete' || call.verb === 'update') return new CloudError('DependencyViolation', `resource ${call.target ?? ''} has a dependent object`);
  const taken: Readonly<Partial<Record<CallSubject, readonly [code: string, message: string]>>> = {
    key: ['InvalidKeyPair.Duplicate', 'The keypair already exists'],
    firewall: ['InvalidGroup.Duplicate', `The security group '${param(call, 'name') ?? ''}' already exists for VPC '${param(call, 'vpcId') ?? ''}'`],
    subnet: ['InvalidSubnet.Conflict', `The CIDR '${param(call, 'cidrBlock') ?? ''}' conflicts with another subnet`],
  };
  const [code, message] = taken[call.subject] ?? ['InvalidIPAddress.InUse', 'Address 10.0.0.4 is in use.'];
  return new CloudError(code, message);
}

function invalidInput(call: CloudCall): CloudError {
  if (call.subject !== 'instance') return new CloudError('InvalidParameterValue', `Value () for parameter of ${call.operation} is invalid.`);
  return new CloudError('Unsupported', 'The requested configuration is currently not supported. Please check the documentation for supported configurations.');
}

function isSpot(call: CloudCall): boolean {
  return param(call, 'market') === 'spot';
}

function param({ params }: CloudCall, name: string): string | null {
  const value = params?.[name];
  return typeof value === 'string' ? value : null;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
