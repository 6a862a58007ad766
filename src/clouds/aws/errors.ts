import type { Problem } from '../../core/errors.ts';
import { classifyBy, type ErrorRule, type ErrorText } from '../error-rules.ts';
import { classifyTerraform } from '../terraform-errors.ts';
import { operationIn, readAwsError } from './error-text.ts';
import { capacityRules } from './capacity-errors.ts';
import { credentialRules } from './credential-errors.ts';

const quotas = 'https://console.aws.amazon.com/servicequotas/home/services/ec2/quotas';

const rules: readonly ErrorRule[] = [
  ...credentialRules,
  ...capacityRules,
  {
    codes: ['VcpuLimitExceeded', 'InstanceLimitExceeded'],
    kind: 'quota',
    summary: ({ message }) => `the account's limit of running instances is reached${limitIn(message)}`,
    hint: `another region (--region) or a smaller size (--size small); more: ${quotas}`,
    retryable: false,
  },
  {
    codes: ['MaxSpotInstanceCountExceeded'],
    kind: 'quota',
    summary: "the account's limit of spot instances is reached",
    hint: `--no-spot, or another region (--region); more: ${quotas}`,
    retryable: false,
    holdsFor: 'spot',
  },
  {
    codes: ['VpcLimitExceeded', 'InternetGatewayLimitExceeded'],
    kind: 'quota',
    summary: "the account's limit of VPCs in this region is reached",
    hint: `--network default, or another region (--region); more: ${quotas}`,
    retryable: false,
  },
  {
    codes: ['AddressLimitExceeded', 'VolumeLimitExceeded', 'MaxIOPSLimitExceeded', 'SecurityGroupLimitExceeded', 'SubnetLimitExceeded'],
    kind: 'quota',
    summary: ({ message }) => `an account limit is reached: ${firstSentence(message)}`,
    hint: `remove what is no longer needed, or another region (--region); more: ${quotas}`,
    retryable: false,
  },
  {
    codes: ['AuthFailure.ServiceLinkedRoleCreationNotPermitted'],
    kind: 'permission',
    summary: 'the account has no role for spot instances yet, and these credentials may not create it',
    hint: 'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com   or --no-spot',
    retryable: false,
    holdsFor: 'spot',
  },
  {
    codes: ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'],
    kind: 'permission',
    summary: ({ text }) => `the credentials may not ${actionIn(text)}`,
    hint: ({ text }) =>
      text.includes('Encoded authorization failure message')
        ? 'ask for the permission; why it was refused: aws sts decode-authorization-message --encoded-message TEXT'
        : 'ask for the permission, or use another profile (aws.profile)',
    retryable: false,
  },
  {
    codes: ['PendingVerification', 'Blocked'],
    kind: 'permission',
    summary: ({ message }) => `AWS holds the account back: ${firstSentence(message)}`,
    hint: 'wait for the mail from AWS, or ask its support; until then another region may work (--region)',
    retryable: false,
  },
  {
    codes: ['OptInRequired'],
    kind: 'terms',
    summary: 'the image needs its terms accepted once for the account',
    hint: ({ text }) => `accept them: ${/https:\/\/\S+[\w=]/.exec(text)?.[0] ?? 'https://aws.amazon.com/marketplace'}`,
    retryable: false,
  },
  {
    codes: ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidAMIID.Malformed'],
    kind: 'image',
    summary: ({ message }) => `the image ${/ami-\w+/.exec(message)?.[0] ?? ''} does not exist in this region`.replace('  ', ' '),
    hint: "leave out --image to look the distro's newest up: AMI ids differ between regions",
    retryable: false,
  },
  {
    pattern: /Your query returned no results/,
    kind: 'image',
    summary: 'the look-up found nothing in this region',
    hint: 'labtui distros check   or another region (--region)',
    retryable: false,
  },
  {
    codes: ['InvalidKeyPair.NotFound'],
    kind: 'invalid-input',
    summary: ({ message }) => `the key pair ${/'([^']+)'/.exec(message)?.[1] ?? ''} does not exist in this region`.replace('  ', ' '),
    hint: 'aws ec2 describe-key-pairs   or ssh.key: generate',
    retryable: true,
  },
  {
    codes: ['InvalidKeyPair.Duplicate', 'InvalidGroup.Duplicate'],
    kind: 'conflict',
    summary: ({ message }) => `it exists already: ${firstSentence(message)}`,
    hint: 'labtui destroy SESSION   it also finds what the state does not know',
    retryable: false,
  },
  {
    codes: ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'ThrottledException', 'EC2ThrottledException'],
    kind: 'throttled',
    summary: 'AWS asks for fewer calls a second',
    hint: 'wait a minute, then: labtui apply --session SESSION --parallelism 2',
    retryable: true,
  },
  {
    codes: ['ServiceUnavailable', 'InternalError', 'InternalFailure', 'Unavailable', 'ServerInternal'],
    kind: 'throttled',
    summary: ({ code }) => `AWS has a problem of its own (${code ?? ''})`,
    hint: 'wait a minute, then: labtui apply --session SESSION; state of the service: https://health.aws.amazon.com',
    retryable: true,
  },
  {
    codes: ['DependencyViolation'],
    kind: 'conflict',
    summary: ({ message }) => `something still uses it: ${firstSentence(message)}`,
    hint: 'wait until the instances are gone, then: labtui destroy SESSION',
    retryable: true,
  },
  {
    codes: ['OperationNotPermitted'],
    kind: 'conflict',
    summary: ({ message }) => (protectedInstance(message) === null ? `AWS does not allow it now: ${firstSentence(message)}` : `${protectedInstance(message)} is protected against termination`),
    hint: ({ message }) => `aws ec2 modify-instance-attribute --instance-id ${protectedInstance(message) ?? 'ID'} --no-disable-api-termination   then: labtui destroy SESSION`,
    retryable: false,
  },
  {
    codes: ['SpotInstanceTermination', 'SpotInstanceShutdown'],
    kind: 'preempted',
    summary: 'AWS took the spot instance back',
    hint: 'labtui apply --session SESSION   or with --no-spot',
    retryable: true,
  },
  {
    codes: ['InvalidParameterValue', 'InvalidParameterCombination', 'InvalidParameterDependency', 'InvalidParameter', 'UnsupportedOperation', 'Unsupported', 'InvalidKey.Format'],
    kind: 'invalid-input',
    summary: ({ message }) => `AWS refuses the combination: ${firstSentence(message)}`,
    hint: 'another --instance-type, --image or --arch; types of this cloud: labtui sizes --cloud aws',
    retryable: false,
  },
];

/** The problem behind an error text of the AWS provider, of an AWS API or of Terraform; null where no rule knows it. */
export function classify(text: string): Problem | null {
  const error = readAwsError(text);
  return classifyBy(rules, error) ?? classifyTerraform(text) ?? unknownCode(error);
}

/** A refusal with a code that no row has: better named than lost. */
function unknownCode({ code, message, text }: ErrorText): Problem | null {
  if (code === null || !text.includes(`api error ${code}`)) return null;
  const missing = /^Invalid\w+\.NotFound$/.test(code);
  return {
    kind: missing ? 'not-found' : 'conflict',
    code,
    summary: `AWS refused ${operationIn(text) ?? 'a call'}: ${firstSentence(message)}`,
    hint: "AWS's whole answer is in the session: labtui events SESSION",
    retryable: missing,
  };
}

function limitIn(message: string): string {
  const limit = /limit of (\d+)/.exec(message)?.[1];
  return limit === undefined ? '' : ` (${limit}${message.includes('vCPU') ? ' vCPU' : ''})`;
}

function actionIn(text: string): string {
  const named = /not authorized to perform:? (\w+:\w+)/.exec(text)?.[1];
  return named ?? operationIn(text) ?? 'do this';
}

function firstSentence(message: string): string {
  const [sentence = message] = message.split(/\.\s|\n/, 1);
  return sentence.replace(/\.$/, '');
}

/** `The instance 'i-0abc' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.` */
function protectedInstance(message: string): string | null {
  return message.includes('disableApiTermination') ? (/'(i-[0-9a-f]+)'/.exec(message)?.[1] ?? null) : null;
}
