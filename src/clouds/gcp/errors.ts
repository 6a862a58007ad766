import type { Problem } from '../../core/errors.ts';
import { classifyBy, type ErrorRule, type ErrorText } from '../error-rules.ts';
import { classifyTerraform } from '../terraform-errors.ts';
import { capacityRules } from './capacity-errors.ts';
import { credentialRules } from './credential-errors.ts';
import { firstSentence, readGcpError, statusIn } from './error-text.ts';

const rules: readonly ErrorRule[] = [
  ...credentialRules,
  ...capacityRules,
  {
    pattern: /must accept Terms of Service|accept (?:the )?[Tt]erms/,
    kind: 'terms',
    summary: 'the project has to accept terms of service first',
    hint: 'accept them in the console: https://console.cloud.google.com/compute',
    retryable: false,
  },
  {
    pattern: /[Cc]onstraint (?:constraints\/)?[\w.]+\/?[\w.]* (?:is )?violated|violates constraint|org(?:anization)? policy/i,
    kind: 'permission',
    summary: ({ text }) => `a policy of the organization forbids it${policyIn(text)}`,
    hint: 'ask the administrator of the organization, or use another project (gcp.project)',
    retryable: false,
  },
  {
    pattern: /Required '[\w.]+' permission|IAM_PERMISSION_DENIED|Permission '[\w.]+' denied|PERMISSION_DENIED|does not have [\w.]+ access|googleapi: Error 403: .*forbidden/,
    kind: 'permission',
    summary: ({ text }) => `the credentials may not ${permissionIn(text)}`,
    hint: 'ask for the role Compute Admin (roles/compute.admin) in the project, or use another project (gcp.project)',
    retryable: false,
  },
  {
    pattern: /Location ['"]?[\w-]+['"]? is not found or access is unauthorized/,
    kind: 'permission',
    summary: ({ text }) => `the project may not use ${/Location ['"]?([\w-]+)/.exec(text)?.[1] ?? 'this location'}`,
    hint: 'another region (--region); those of the project: gcloud compute regions list',
    retryable: false,
  },
  {
    pattern: /Machine type with name '[^']+' does not exist in zone|machineTypes\/[\w-]+' was not found|Invalid value for field 'resource\.machineType'/,
    kind: 'invalid-input',
    summary: ({ text }) => {
      const type = /Machine type with name '([^']+)'/.exec(text)?.[1] ?? /machineTypes\/([\w-]+)'/.exec(text)?.[1] ?? 'this type';
      const zone = /in zone '([^']+)'/.exec(text)?.[1] ?? /zones\/([\w-]+)\/machineTypes/.exec(text)?.[1];
      return `Google Cloud does not offer ${type}${zone === undefined ? ' there' : ` in ${zone}`}`;
    },
    hint: 'another zone (--zone) or type (--instance-type); types of this cloud: labtui sizes --cloud gcp',
    retryable: false,
  },
  {
    pattern: /features? (?:and \S+ )?(?:is|are) not compatible for creating instance|[Cc]annot create instance with (?:pd|hyperdisk)-\w+|disk type .* (?:is not|cannot be) (?:supported|used)/,
    kind: 'invalid-input',
    summary: ({ message }) => `Google Cloud refuses the combination: ${firstSentence(message)}`,
    hint: 'another --instance-type, disk.type or --arch; types of this cloud: labtui sizes --cloud gcp',
    retryable: false,
  },
  {
    pattern: /Requested disk size cannot be smaller than the image size/,
    kind: 'invalid-input',
    summary: ({ text }) => `the disk is smaller than the image${/\((\d+) GB\)/.exec(text) === null ? '' : ` (${/\((\d+) GB\)/.exec(text)?.[1] ?? ''} GB)`}`,
    hint: ({ text }) => `--disk ${/\((\d+) GB\)/.exec(text)?.[1] ?? '50'}   or more`,
    retryable: false,
  },
  {
    pattern: /Could not find image or family|Error resolving image name|global\/images\/[^']+' was not found|The referenced image resource cannot be found/,
    kind: 'image',
    summary: ({ text }) => {
      const image = /image name '([^']+)'/.exec(text)?.[1] ?? /'(projects\/[^']+\/images\/[^']+)'/.exec(text)?.[1] ?? /image or family (\S+)/.exec(text)?.[1];
      return `the image${image === undefined ? '' : ` ${image}`} does not exist, or these credentials may not see it`;
    },
    hint: "leave out --image to look the distro's newest up, or: gcloud compute images list --project PROJECT",
    retryable: false,
  },
  {
    pattern: /already exists[\s\S]*alreadyExists|googleapi: Error 409: .* already exists/,
    kind: 'conflict',
    summary: ({ message }) => `it exists already: ${firstSentence(message)}`,
    hint: 'labtui destroy SESSION   it also finds what the state does not know',
    retryable: false,
  },
  {
    pattern: /protected against deletion|Deletion Protection is enabled/,
    kind: 'conflict',
    summary: 'the machine is protected against deletion',
    hint: ({ text }) => `gcloud compute instances update ${/(?:instances\/|delete instance )([\w-]+)/.exec(text)?.[1] ?? 'NAME'} --no-deletion-protection   then: labtui destroy SESSION`,
    retryable: false,
  },
  {
    pattern: /resourceInUseByAnotherResource|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE|is already being used by/,
    kind: 'conflict',
    summary: ({ message }) => `something still uses it: ${firstSentence(message)}`,
    hint: 'wait until the instances are gone, then: labtui destroy SESSION',
    retryable: true,
  },
  {
    pattern: /resourceNotReady|RESOURCE_NOT_READY|is not ready/,
    kind: 'conflict',
    summary: ({ message }) => `something is not finished yet: ${firstSentence(message)}`,
    hint: 'wait a minute, then: labtui apply --session SESSION',
    retryable: true,
  },
  {
    pattern: /compute\.instances\.preempted|Instance was preempted/,
    kind: 'preempted',
    summary: 'Google Cloud took the spot machine back',
    hint: 'labtui apply --session SESSION   or with --no-spot',
    retryable: true,
  },
  {
    pattern: /googleapi: Error 50\d|Internal error\. Please try again|backendError|INTERNAL_ERROR/,
    kind: 'throttled',
    summary: 'Google Cloud has a problem of its own',
    hint: 'wait a minute, then: labtui apply --session SESSION; state of the service: https://status.cloud.google.com',
    retryable: true,
  },
  {
    pattern: /Invalid value for field|googleapi: Error 400/,
    kind: 'invalid-input',
    summary: ({ message }) => `Google Cloud refuses it: ${firstSentence(message)}`,
    hint: 'another --instance-type, --image, --zone or disk; types of this cloud: labtui sizes --cloud gcp',
    retryable: false,
  },
];

/** The problem behind an error text of the Google provider, of the API or of Terraform; null where no rule knows it. */
export function classify(text: string): Problem | null {
  const error = readGcpError(text);
  const known = classifyBy(rules, error);
  if (known !== null) return error.code === null ? known : { ...known, code: error.code };
  return classifyTerraform(text) ?? unknownReason(error);
}

/** A refusal that no row has: better named than lost. */
function unknownReason({ code, message, text }: ErrorText): Problem | null {
  const status = statusIn(text);
  if (status === null) return null;
  return {
    kind: status === 404 ? 'not-found' : status === 403 ? 'permission' : 'conflict',
    code: code ?? String(status),
    summary: `Google Cloud refused a call: ${firstSentence(message)}`,
    retryable: false,
  };
}

function permissionIn(text: string): string {
  const [, required, denied] = /Required '([\w.]+)' permission|Permission '([\w.]+)' denied/.exec(text) ?? [];
  return required ?? denied ?? 'do this';
}

function policyIn(text: string): string {
  const policy = /constraints\/[\w.]+/.exec(text)?.[0];
  return policy === undefined ? '' : `: ${policy}`;
}
