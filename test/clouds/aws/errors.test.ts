import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/clouds/aws/errors.ts';
import type { Problem } from '../../../src/core/errors.ts';

const go = (code: string, message: string, operation = 'RunInstances') =>
  `creating EC2 Instance: operation error EC2: ${operation}, https response error StatusCode: 400, RequestID: 8d5f5b2c-1111-2222-3333-444455556666, api error ${code}: ${message}`;

const noCapacity =
  'We currently do not have sufficient t4g.xlarge capacity in the Availability Zone you requested (eu-north-1a). Our system will be working on provisioning additional capacity. You can currently get t4g.xlarge capacity by not specifying an Availability Zone in your request or choosing eu-north-1b, eu-north-1c.';

const containing = (text: string) => expect.stringContaining(text) as string;

type Row = readonly [what: string, text: string, problem: Partial<Problem>];

/** The provider's and the SDKs' own wordings, as users reported them. */
const rows: readonly Row[] = [
  // Capacity.
  ['no capacity, zones offered', go('InsufficientInstanceCapacity', noCapacity), {
    kind: 'capacity', code: 'InsufficientInstanceCapacity', retryable: true,
    summary: 'AWS has no t4g.xlarge left in eu-north-1a',
    hint: 'labtui apply --session SESSION --zone eu-north-1b   (also: eu-north-1c)',
  }],
  ['no capacity, older provider', `Error launching source instance: InsufficientInstanceCapacity: ${noCapacity}\n\tstatus code: 500, request id: 9e1b`, {
    kind: 'capacity', code: 'InsufficientInstanceCapacity', hint: expect.stringContaining('--zone eu-north-1b') as string,
  }],
  ['no capacity, seen while waiting', "waiting for EC2 Instance (i-0abc) create: unexpected state 'terminated', wanted target 'running'. last error: Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy instance request", {
    kind: 'capacity', code: 'InsufficientInstanceCapacity', hint: 'another zone (--zone), region (--region) or type (--instance-type)',
  }],
  ['no spot capacity', go('InsufficientInstanceCapacity', 'There is no Spot capacity available that matches your request.'), {
    kind: 'capacity', summary: 'AWS has no spot capacity left for this type and zone', hint: expect.stringContaining('--no-spot') as string,
  }],
  ['type not in the zone', go('Unsupported', 'Your requested instance type (t3a.medium) is not supported in your requested Availability Zone (us-east-1e). Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f.'), {
    kind: 'capacity', code: 'Unsupported', retryable: true,
    summary: 'AWS does not offer t3a.medium in us-east-1e', hint: expect.stringContaining('--zone us-east-1a ') as string,
  }],
  ['a combination that is not supported', go('Unsupported', 'The requested configuration is currently not supported. Please check the documentation for supported configurations.'), {
    kind: 'invalid-input', code: 'Unsupported', retryable: false, hint: expect.stringContaining('labtui sizes --cloud aws') as string,
  }],
  ['unfulfillable', go('UnfulfillableCapacity', 'Unable to fulfill capacity due to your request configuration.'), { kind: 'capacity' }],
  ['no address in the subnet', go('InsufficientFreeAddressesInSubnet', 'There are not enough free addresses in subnet \'subnet-0abc\' to satisfy the requested number of instances.'), {
    kind: 'capacity', hint: expect.stringContaining('--network isolated') as string,
  }],
  ['reservation full', go('ReservationCapacityExceeded', 'The requested reservation does not have sufficient capacity.'), { kind: 'capacity' }],
  ['spot price', go('SpotMaxPriceTooLow', 'Your Spot request price of 0.001 is lower than the minimum required Spot request fulfillment price of 0.0125.'), {
    kind: 'capacity', summary: 'the spot price is above spot.maxPrice: at least 0.0125 USD an hour', hint: expect.stringContaining('--max-price') as string,
  }],
  // Quota.
  ['vCPU limit', go('VcpuLimitExceeded', 'You have requested more vCPU capacity than your current vCPU limit of 16 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.'), {
    kind: 'quota', code: 'VcpuLimitExceeded', retryable: false,
    summary: "the account's limit of running instances is reached (16 vCPU)", hint: expect.stringContaining('--region') as string,
  }],
  ['instance limit', go('InstanceLimitExceeded', 'You have requested more instances (1) than your current instance limit of 0 allows for the specified instance type.'), {
    kind: 'quota', summary: "the account's limit of running instances is reached (0)",
  }],
  ['spot limit', go('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded'), { kind: 'quota', hint: expect.stringContaining('--no-spot') as string }],
  ['VPC limit', 'creating EC2 VPC: operation error EC2: CreateVpc, https response error StatusCode: 400, RequestID: 1, api error VpcLimitExceeded: The maximum number of VPCs has been reached.', {
    kind: 'quota', hint: expect.stringContaining('--network default') as string,
  }],
  ['address limit', 'Error creating EIP: AddressLimitExceeded: The maximum number of addresses has been reached.\n\tstatus code: 400, request id: 5c', {
    kind: 'quota', code: 'AddressLimitExceeded', summary: 'an account limit is reached: The maximum number of addresses has been reached',
  }],
  // Credentials.
  ['expired token', 'validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 3f, api error ExpiredToken: The security token included in the request is expired', {
    kind: 'credentials', code: 'ExpiredToken', retryable: false, hint: expect.stringContaining('aws sso login') as string,
  }],
  ['expired token, older services', 'ExpiredTokenException: The security token included in the request is expired', { kind: 'credentials', code: 'ExpiredTokenException', retryable: false }],
  ['unknown key', 'validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 3f, api error InvalidClientTokenId: The security token included in the request is invalid.', {
    kind: 'credentials', code: 'InvalidClientTokenId', hint: expect.stringContaining('aws sts get-caller-identity') as string,
  }],
  ['clock or age', 'RequestExpired: Request has expired.', { kind: 'credentials', code: 'RequestExpired', hint: expect.stringContaining('clock') as string }],
  ['region not enabled', go('AuthFailure', 'AWS was not able to validate the provided access credentials', 'DescribeVpcs'), {
    kind: 'credentials', code: 'AuthFailure', hint: expect.stringContaining('enable-region') as string,
  }],
  ['no credentials, provider', 'No valid credential sources found\nPlease see https://registry.terraform.io/providers/hashicorp/aws\nfor more information about providing credentials.\n\nError: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded', {
    kind: 'credentials', summary: 'no AWS credentials were found',
  }],
  ['no credentials, API', 'CredentialsProviderError: Could not load credentials from any providers', { kind: 'credentials', summary: 'no AWS credentials were found' }],
  ['SSO ended, provider', 'No valid credential sources found\nError: failed to refresh cached credentials, refresh cached SSO token failed, unable to refresh SSO token, operation error SSO OIDC: CreateToken, https response error StatusCode: 400, RequestID: 1, InvalidGrantException:', {
    kind: 'credentials', summary: 'the AWS sign-in has expired', hint: 'aws sso login',
  }],
  ['SSO ended, SDK for Go v1', 'Error: error loading credentials: SSOProviderInvalidToken: the SSO session has expired or is invalid\ncaused by: expired SSO token', { kind: 'credentials', summary: 'the AWS sign-in has expired', hint: 'aws sso login' }],
  ['SSO ended, API', 'CredentialsProviderError: The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.', {
    kind: 'credentials', hint: 'aws sso login',
  }],
  ['SSO ended, API names the profile', 'TokenProviderError: The SSO session token associated with profile=work was not found or is invalid. To refresh this SSO session run \'aws sso login\' with the corresponding profile.', {
    kind: 'credentials', summary: 'the AWS sign-in "work" has expired', hint: 'aws sso login --profile work',
  }],
  ['profile unknown, provider', 'failed to get shared config profile, nope', { kind: 'credentials', summary: 'the AWS profile "nope" does not exist or holds no credentials', hint: 'aws configure list-profiles' }],
  ['profile unknown, API', 'CredentialsProviderError: Could not resolve credentials using profile: [nope] in configuration/credentials file(s).', {
    kind: 'credentials', summary: 'the AWS profile "nope" does not exist or holds no credentials',
  }],
  // Permission.
  ['not authorized', go('UnauthorizedOperation', 'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/me is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:*:*:instance/* because no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: gAAAA'), {
    kind: 'permission', code: 'UnauthorizedOperation', retryable: false,
    summary: 'the credentials may not ec2:RunInstances', hint: expect.stringContaining('aws sts decode-authorization-message') as string,
  }],
  ['denied', go('AccessDenied', 'User is not permitted', 'CreateVpc'), { kind: 'permission', summary: 'the credentials may not CreateVpc' }],
  ['spot role', go('AuthFailure.ServiceLinkedRoleCreationNotPermitted', 'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.'), {
    kind: 'permission', hint: expect.stringContaining('create-service-linked-role') as string,
  }],
  ['new account', go('PendingVerification', 'Your request for accessing resources in this region is being validated, and you will not be able to launch additional resources in this region until the validation is complete.'), {
    kind: 'permission', code: 'PendingVerification',
  }],
  // Image, terms, key.
  ['image elsewhere', go('InvalidAMIID.NotFound', "The image id '[ami-0123456789abcdef0]' does not exist"), {
    kind: 'image', code: 'InvalidAMIID.NotFound', summary: 'the image ami-0123456789abcdef0 does not exist in this region',
  }],
  ['nothing looked up', 'Your query returned no results. Please change your search criteria and try again.', { kind: 'image' }],
  ['terms', go('OptInRequired', 'In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=8kvksasdljgqtxmz7gzcgk4b8'), {
    kind: 'terms', code: 'OptInRequired', hint: 'accept them: https://aws.amazon.com/marketplace/pp?sku=8kvksasdljgqtxmz7gzcgk4b8',
  }],
  ['key pair', go('InvalidKeyPair.NotFound', "The key pair 'team' does not exist"), { kind: 'invalid-input', retryable: true, summary: 'the key pair team does not exist in this region' }],
  // Throttling, conflict, the rest.
  ['throttled', go('RequestLimitExceeded', 'Request limit exceeded.'), { kind: 'throttled', retryable: true, hint: expect.stringContaining('--parallelism') as string }],
  ['their problem', go('Server.InternalError', 'An internal error has occurred'), { kind: 'throttled', code: 'InternalError', retryable: true }],
  ['throttled, other services', go('ThrottlingException', 'Rate exceeded'), { kind: 'throttled', code: 'ThrottlingException', retryable: true }],
  ['not answered now', go('ServiceUnavailable', 'Service is unavailable. Please try again shortly.'), { kind: 'throttled', code: 'ServiceUnavailable', retryable: true, hint: containing('health.aws.amazon.com') }],
  ["the server's fault", go('ServerInternal', 'Internal server error'), { kind: 'throttled', code: 'ServerInternal', retryable: true }],
  ['unavailable', go('Unavailable', 'The server is overloaded and can\'t handle the request.'), { kind: 'throttled' }],
  ['in use', 'deleting Security Group (sg-0abc): operation error EC2: DeleteSecurityGroup, https response error StatusCode: 400, RequestID: 1, api error DependencyViolation: resource sg-0abc has a dependent object', {
    kind: 'conflict', code: 'DependencyViolation', retryable: true, summary: 'something still uses it: resource sg-0abc has a dependent object', hint: expect.stringContaining('labtui destroy') as string,
  }],
  ['in use, a subnet', 'deleting EC2 Subnet (subnet-0abc): operation error EC2: DeleteSubnet, https response error StatusCode: 400, RequestID: 1, api error DependencyViolation: The subnet \'subnet-0abc\' has dependencies and cannot be deleted.', {
    kind: 'conflict', code: 'DependencyViolation', retryable: true, summary: "something still uses it: The subnet 'subnet-0abc' has dependencies and cannot be deleted",
  }],
  ['protected', "terminating EC2 Instance (i-0abc): operation error EC2: TerminateInstances, https response error StatusCode: 400, RequestID: 1, api error OperationNotPermitted: The instance 'i-0abc' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.", {
    kind: 'conflict', code: 'OperationNotPermitted', retryable: false, summary: 'i-0abc is protected against termination', hint: expect.stringContaining('--instance-id i-0abc --no-disable-api-termination') as string,
  }],
  ['name taken', 'importing EC2 Key Pair (x): operation error EC2: ImportKeyPair, https response error StatusCode: 400, RequestID: 1, api error InvalidKeyPair.Duplicate: The keypair already exists', {
    kind: 'conflict', code: 'InvalidKeyPair.Duplicate', hint: expect.stringContaining('labtui destroy') as string,
  }],
  ['taken back', "waiting for EC2 Instance (i-0abc) create: unexpected state 'shutting-down', wanted target 'running'. last error: Server.SpotInstanceTermination: Spot instance termination", {
    kind: 'preempted', code: 'SpotInstanceTermination', retryable: true,
  }],
  ['combination', go('InvalidParameterValue', 'The architecture \'i386,x86_64\' of the specified instance type does not match the architecture \'arm64\' of the specified AMI. Specify an instance type.'), {
    kind: 'invalid-input', code: 'InvalidParameterValue', summary: expect.stringContaining("does not match the architecture 'arm64'") as string,
  }],
  // No row of its own, but a code.
  ['another refusal', go('IncorrectInstanceState', 'The instance is not in a valid state. Try again.', 'StopInstances'), {
    kind: 'conflict', code: 'IncorrectInstanceState', summary: 'AWS refused StopInstances: The instance is not in a valid state',
  }],
  ['not there yet', go('InvalidSubnetID.NotFound', "The subnet ID 'subnet-0abc' does not exist"), { kind: 'not-found', retryable: true }],
  // Through to the rows of all clouds.
  ['network', 'creating EC2 VPC: operation error EC2: CreateVpc, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.eu-north-1.amazonaws.com/": dial tcp: lookup ec2.eu-north-1.amazonaws.com on 10.0.0.2:53: no such host', {
    kind: 'network', summary: 'ec2.eu-north-1.amazonaws.com cannot be reached', retryable: true,
  }],
];

describe('an AWS error', () => {
  it.each(rows)('%s', (_what, text, problem) => {
    expect(classify(text)).toMatchObject(problem);
  });

  it('always comes with what to do, unless its code is unknown', () => {
    for (const [what, text] of rows.filter(([, , { code }]) => code !== 'IncorrectInstanceState')) {
      const problem = classify(text);
      if (problem?.kind !== 'not-found') expect(problem?.hint, what).toBeTruthy();
    }
  });

  it('stays unknown where nothing is known of it', () => {
    expect(classify('something else went wrong: nobody knows what')).toBeNull();
    expect(classify('Error: Invalid index')).toBeNull();
  });
});
