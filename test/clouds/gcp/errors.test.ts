import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/clouds/gcp/errors.ts';
import type { Problem } from '../../../src/core/errors.ts';

const waiting = (message: string) => `Error waiting for instance to create: ${message}`;
const refused = (status: number, message: string, reason: string, what = 'creating instance') => `Error ${what}: googleapi: Error ${status}: ${message}, ${reason}`;
const containing = (text: string) => expect.stringContaining(text) as string;

const details = '\n\tmetric name = compute.googleapis.com/cpus\n\tlimit name = CPUS-per-project-region\n\tlimit = 24\n\tdimensions = map[region:us-west1]\n';

type Row = readonly [what: string, text: string, problem: Partial<Problem>];

/** The provider's own wordings, as users reported them and as its source has them. Operations that fail later carry no code. */
const rows: readonly Row[] = [
  // Capacity.
  ['no capacity, zones offered', waiting('A n2-standard-2 VM instance is currently unavailable in the us-east1-b zone. Consider trying your request in the us-east1-c, us-east1-d zone(s), which currently has capacity to accommodate your request. Alternatively, you can try your request again with a different VM hardware configuration or at a later time.'), {
    kind: 'capacity', retryable: true,
    summary: 'Google Cloud has no n2-standard-2 left in us-east1-b',
    hint: 'labtui apply --session SESSION --zone us-east1-c   (also: us-east1-d)',
  }],
  ['no capacity, one zone offered', waiting('An e2-medium VM instance is currently unavailable in the europe-west1-b zone. Consider trying your request in the europe-west1-d zone(s), which currently has capacity.'), {
    kind: 'capacity', hint: 'labtui apply --session SESSION --zone europe-west1-d',
  }],
  ['no capacity, older words', waiting("The zone 'projects/my-labs/zones/us-central1-a' does not have enough resources available to fulfill the request.  Try a different zone, or try again later."), {
    kind: 'capacity', retryable: true,
    summary: 'Google Cloud has no machine of this type left in us-central1-a',
    hint: 'another zone (--zone), region (--region) or type (--instance-type)',
  }],
  ['no capacity, by code', 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', { kind: 'capacity' }],
  ['no capacity, another code', waiting('Operation failed: GCE_STOCKOUT'), { kind: 'capacity' }],
  ['no capacity, a third code', waiting('Operation failed: ERROR_STOCKOUT'), { kind: 'capacity', retryable: true }],
  ['taken back while starting', waiting('Instance failed to start due to preemption.'), { kind: 'capacity', hint: containing('--no-spot'), retryable: true }],
  // Quota.
  ['regional vCPU quota', waiting(`Quota 'CPUS' exceeded.  Limit: 24.0 in region us-west1.${details}`), {
    kind: 'quota', retryable: false,
    summary: "the project's quota CPUS of 24 is reached in us-west1", hint: containing('--region'),
  }],
  ['quota of a machine series', waiting("Quota 'CPUS_PER_VM_FAMILY' exceeded.  Limit: 8.0 in region us-central1.\n\tmetric name = compute.googleapis.com/cpus_per_vm_family\n\tlimit name = CPUS-PER-VM-FAMILY-per-project-region\n\tlimit = 8\n\tdimensions = map[region:us-central1 vm_family:N4]\n"), {
    kind: 'quota', summary: "the project's quota CPUS_PER_VM_FAMILY of 8 for N4 machines is reached in us-central1", hint: containing('--region'),
  }],
  ['regional quota, refused at once', refused(403, "Quota 'IN_USE_ADDRESSES' exceeded.  Limit: 4.0 in region europe-west1.", 'quotaExceeded'), {
    kind: 'quota', code: 'quotaExceeded', summary: "the project's quota IN_USE_ADDRESSES of 4 is reached in europe-west1",
  }],
  ['regional quota, another wording', waiting('Insufficient regional quota to satisfy request: resource "CPUS": request requires \'4.0\' and is short \'2.0\'. project has a quota of \'8.0\' with \'2.0\' available.'), {
    kind: 'quota', summary: "the project's quota CPUS of 8 is reached",
  }],
  ['quota of the whole project', waiting("Quota 'CPUS_ALL_REGIONS' exceeded.  Limit: 32.0 globally."), {
    kind: 'quota', summary: "the project's quota CPUS_ALL_REGIONS of 32 is reached", hint: containing('gcp.project'),
  }],
  ['GPU quota of the whole project', waiting("Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally."), {
    kind: 'quota', retryable: false, summary: "the project's quota GPUS_ALL_REGIONS of 0 is reached", hint: containing('gcp.project'),
  }],
  ['quota of networks', "Error waiting to create Network: Error waiting for Creating Network: Quota 'NETWORKS' exceeded.  Limit: 5.0 globally.", {
    kind: 'quota', summary: "the project's quota NETWORKS of 5 is reached", hint: containing('--network default'),
  }],
  ['quota of spot machines', waiting("Quota 'PREEMPTIBLE_CPUS' exceeded.  Limit: 0.0 in region us-east4."), { kind: 'quota', hint: containing('--no-spot') }],
  // Throttled, and not quota.
  ['too many calls', refused(403, "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com' for consumer 'project_number:1'.", 'rateLimitExceeded'), {
    kind: 'throttled', code: 'rateLimitExceeded', retryable: true,
  }],
  ['too many operations', waiting("CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"), { kind: 'throttled' }],
  ['429', refused(429, 'Too many requests', 'RESOURCE_EXHAUSTED'), { kind: 'throttled' }],
  // Credentials.
  ['sign-in ended', 'Error: Get "https://compute.googleapis.com/compute/v1/projects/p/zones/z?alt=json": oauth2: "invalid_grant" "reauth related error (rapt_required)" "https://support.google.com/a/answer/9368756"', {
    kind: 'credentials', summary: 'the Google sign-in has expired', hint: 'gcloud auth application-default login', retryable: false,
  }],
  ['sign-in to be repeated', 'oauth2: "invalid_grant" "reauth related error (invalid_rapt)" "https://support.google.com/a/answer/9368756"', {
    kind: 'credentials', hint: 'gcloud auth application-default login', retryable: false,
  }],
  ['sign-in ended, by google-auth-library', 'GaxiosError: invalid_grant', { kind: 'credentials', hint: 'gcloud auth application-default login' }],
  ['no token', 'oauth2: cannot fetch token: 400 Bad Request', { kind: 'credentials' }],
  ['no refresh token', 'oauth2: token expired and refresh token is not set', { kind: 'credentials' }],
  ['no credentials', "Attempted to load application default credentials since neither `credentials` nor `access_token` was set in the provider block.  No credentials loaded. To use your gcloud credentials, run 'gcloud auth application-default login'. Original error: google: could not find default credentials.", {
    kind: 'credentials', summary: 'no Google credentials were found', hint: containing('gcloud auth application-default login'),
  }],
  ['token not accepted', refused(401, 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.', 'authError'), {
    kind: 'credentials', code: 'authError',
  }],
  // The project.
  ['no project', 'Error: project: required field is not set', { kind: 'prerequisite', hint: containing('gcloud config set project') }],
  ['API not enabled', refused(403, 'Compute Engine API has not been used in project my-labs before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=my-labs then retry.\nDetails:\n[\n  {\n    "reason": "SERVICE_DISABLED"\n  }\n]\n', 'accessNotConfigured', 'creating Network'), {
    kind: 'prerequisite', code: 'accessNotConfigured',
    summary: 'the Compute Engine API is not enabled in the project my-labs',
    hint: 'gcloud services enable compute.googleapis.com --project my-labs   then wait a minute',
  }],
  ['no billing', refused(403, 'This API method requires billing to be enabled. Please enable billing on project #my-labs by visiting https://console.developers.google.com/billing/enable?project=my-labs then retry.', 'forbidden'), {
    kind: 'prerequisite', summary: 'the project my-labs has no billing account in use',
  }],
  ['no such project', refused(404, "The resource 'projects/my-lbas' was not found", 'notFound'), {
    kind: 'invalid-input', summary: 'there is no project my-lbas, or these credentials may not see it', hint: containing('gcloud projects list'),
  }],
  // Permission.
  ['permission', refused(403, "Required 'compute.instances.create' permission for 'projects/my-labs/zones/europe-west1-c/instances/vm'", 'forbidden'), {
    kind: 'permission', code: 'forbidden', summary: 'the credentials may not compute.instances.create', retryable: false,
  }],
  ['location', 'Error: Location europe-west99 is not found or access is unauthorized.', { kind: 'permission', summary: 'the project may not use europe-west99' }],
  ['policy of the organization', refused(412, 'Constraint constraints/compute.vmExternalIpAccess violated for project 123. Add instance projects/my-labs/zones/z/instances/vm to the constraint to use external IP with it.', 'conditionNotMet'), {
    kind: 'permission', summary: 'a policy of the organization forbids it: constraints/compute.vmExternalIpAccess',
  }],
  // Image, type, disk.
  ['no image', "Error resolving image name 'debian-cloud/debian-99': Could not find image or family debian-cloud/debian-99", {
    kind: 'image', summary: 'the image debian-cloud/debian-99 does not exist, or these credentials may not see it',
  }],
  ['image gone', refused(400, "Invalid value for field 'resource.disks[0].initializeParams.sourceImage': 'https://compute.googleapis.com/compute/v1/projects/p/global/images/gone'. The referenced image resource cannot be found.", 'invalid'), {
    kind: 'image', code: 'invalid',
  }],
  ['no machine type', "Error: Error creating instance: Machine type with name 'c5.large' does not exist in zone 'us-central1-a'.", {
    kind: 'invalid-input', summary: 'Google Cloud does not offer c5.large in us-central1-a', hint: containing('labtui sizes --cloud gcp'),
  }],
  ['machine type not in the zone', refused(404, "The resource 'projects/p/zones/europe-west8-a/machineTypes/t2a-standard-2' was not found", 'notFound', 'loading machine type'), {
    kind: 'invalid-input', summary: 'Google Cloud does not offer t2a-standard-2 in europe-west8-a',
  }],
  ['disk of the wrong kind', refused(400, '[pd-balanced, n4-highcpu-2] features are not compatible for creating instance.', 'invalid'), {
    kind: 'invalid-input', summary: 'Google Cloud refuses the combination: [pd-balanced, n4-highcpu-2] features are not compatible for creating instance',
  }],
  ['disk too small', refused(400, "Invalid value for field 'resource.disks[0].initializeParams.diskSizeGb': '10'. Requested disk size cannot be smaller than the image size (20 GB)", 'invalid'), {
    kind: 'invalid-input', summary: 'the disk is smaller than the image (20 GB)', hint: '--disk 20   or more',
  }],
  ['another value', refused(400, "Invalid value for field 'resource.networkInterfaces[0].networkIP': '10.9.0.2'. IP address is invalid.", 'invalid'), {
    kind: 'invalid-input', summary: containing('networkInterfaces[0].networkIP'),
  }],
  // Conflict.
  ['exists already', refused(409, "The resource 'projects/my-labs/global/networks/lab-a2b3c4-gcp' already exists", 'alreadyExists', 'creating Network'), {
    kind: 'conflict', code: 'alreadyExists', retryable: false, hint: containing('labtui destroy SESSION'),
  }],
  ['protected, from the API', refused(400, "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'.", 'invalidResourceUsage', 'deleting instance'), {
    kind: 'conflict', retryable: false, summary: 'the machine is protected against deletion', hint: expect.stringContaining('--no-deletion-protection') as string,
  }],
  ['protected, from the provider', 'Cannot delete instance lab-gcp: instance Deletion Protection is enabled. Set deletion_protection to false for this resource and run "terraform apply" before attempting to delete it.', {
    kind: 'conflict', retryable: false, hint: expect.stringContaining('instances update lab-gcp --no-deletion-protection') as string,
  }],
  ['in use', refused(400, "The network resource 'projects/my-labs/global/networks/n' is already being used by 'projects/my-labs/global/firewalls/f'", 'resourceInUseByAnotherResource', 'waiting for Deleting Network'), {
    kind: 'conflict', code: 'resourceInUseByAnotherResource', retryable: true,
  }],
  ['not ready', refused(400, "The resource 'projects/my-labs/regions/europe-west1/subnetworks/s' is not ready", 'resourceNotReady'), { kind: 'conflict', retryable: true }],
  ['taken back', 'Instance was preempted. (compute.instances.preempted)', { kind: 'preempted', retryable: true, hint: containing('--no-spot') }],
  ["Google's own trouble", refused(503, 'Internal error. Please try again or contact Google Support. (Code: \'-1\')', 'backendError'), { kind: 'throttled', retryable: true }],
  // Not the cloud's.
  ['no name server', 'Get "https://compute.googleapis.com/compute/v1/": dial tcp: lookup compute.googleapis.com on 127.0.0.53:53: no such host', {
    kind: 'network', summary: 'compute.googleapis.com cannot be reached', retryable: true,
  }],
  ['a wait that ended', "Error waiting for instance to create: timeout while waiting for state to become 'DONE' (last state: 'RUNNING', timeout: 10m0s)", { kind: 'conflict', retryable: true }],
  // Named rather than lost.
  ['an unknown reason', refused(412, 'Something new went wrong. More text.', 'brandNewReason'), { kind: 'conflict', code: 'brandNewReason', summary: 'Google Cloud refused a call: Something new went wrong' }],
  ['something missing', refused(404, "The resource 'projects/my-labs/global/firewalls/f' was not found", 'notFound'), { kind: 'not-found', code: 'notFound' }],
];

describe('errors of Google Cloud', () => {
  it.each(rows)('%s', (_what, text, problem) => {
    expect(classify(text)).toMatchObject(problem);
  });

  it('are nothing where nobody knows the words', () => {
    expect(classify('something entirely else')).toBeNull();
  });

  it('always say what to do', () => {
    for (const [what, text] of rows.slice(0, -2)) expect(classify(text)?.hint, what).toMatch(/\S/);
  });
});
