import { describe, expect, it } from 'vitest';
import { classifyTerraform } from '../../src/clouds/terraform-errors.ts';
import type { Problem } from '../../src/core/errors.ts';

type Row = readonly [what: string, text: string, problem: Partial<Problem>];

/** Terraform 1.11's own words, and what Go and Node say of the network. */
const rows: readonly Row[] = [
  ['lock held', 'Error acquiring the state lock\nError message: resource temporarily unavailable\nLock Info:\n  ID:        8b2\n  Path:      terraform.tfstate\n  Operation: OperationTypeApply\n  Who:       me@laptop\n  Version:   1.11.4', {
    kind: 'state', summary: "the stack's state is locked by me@laptop", retryable: true,
  }],
  ['state broken', 'Error refreshing state: Unsupported state file format\nThe state file could not be parsed as JSON: syntax error at byte offset 42.', {
    kind: 'state', retryable: false, hint: expect.stringContaining('labtui state restore') as string,
  }],
  ['state not saved', 'Failed to save state\nError saving state: open terraform.tfstate: permission denied', { kind: 'state', retryable: false }],
  ['state not saved, disk full', 'Failed to save state\nError saving state: write terraform.tfstate: no space left on device', {
    kind: 'state', summary: "the disk is full: the stack's state could not be saved",
  }],
  ['lock not given back', 'Error releasing the state lock\nError message: failed to retrieve lock info: unexpected end of JSON input', { kind: 'state', retryable: false }],
  ['disk full', 'Failed to install provider\nError while installing hashicorp/aws v5.100.0: write /x: no space left on device', { kind: 'prerequisite', summary: 'the disk is full' }],
  ['provider died', 'Plugin did not respond\nThe plugin encountered an error, and failed to respond to the plugin6.(*GRPCProvider).ApplyResourceChange call.', {
    kind: 'state', hint: expect.stringContaining('labtui destroy') as string,
  }],
  ['too old', 'Unsupported Terraform Core version\nThis configuration does not support Terraform version 1.3.0.', { kind: 'prerequisite' }],
  ['stale plan', 'Saved plan is stale\nThe given plan file can no longer be applied because the state was changed by another operation after the plan was created.', { kind: 'conflict', retryable: true }],
  ['no way to the registry', 'Failed to query available provider packages\nCould not retrieve the list of available versions for provider hashicorp/aws: could not connect to registry.terraform.io: failed to request discovery document: Get "https://registry.terraform.io/.well-known/terraform.json": dial tcp: lookup registry.terraform.io on 10.0.0.2:53: no such host', {
    kind: 'network', summary: 'the provider registry registry.terraform.io cannot be reached', hint: expect.stringContaining('filesystem_mirror') as string,
  }],
  ['not in the mirror', 'Failed to query available provider packages\nCould not retrieve the list of available versions for provider hashicorp/aws: no available releases match the given constraints >= 5.100.0, < 7.0.0', {
    kind: 'prerequisite', summary: 'Terraform cannot get the provider hashicorp/aws',
  }],
  ['not installed', 'Inconsistent dependency lock file\nThe following dependency selections recorded in the lock file are inconsistent with the current configuration', { kind: 'prerequisite' }],
  ['reset', 'Post "https://ec2.eu-north-1.amazonaws.com/": read tcp 10.0.0.5:443: connection reset by peer', { kind: 'network', summary: 'ec2.eu-north-1.amazonaws.com cannot be reached', retryable: true }],
  ['refused', 'Error: connect ECONNREFUSED 127.0.0.1:5000', { kind: 'network', summary: '127.0.0.1:5000 cannot be reached' }],
  ['refused, Go', 'Post "http://127.0.0.1:5000/": dial tcp 127.0.0.1:5000: connect: connection refused', { kind: 'network', summary: '127.0.0.1:5000 cannot be reached', retryable: true }],
  ['no packet comes back', 'Post "https://ec2.eu-north-1.amazonaws.com/": dial tcp 192.0.2.1:443: i/o timeout', { kind: 'network', retryable: true }],
  ['no answer in time', 'Get "https://compute.googleapis.com/compute/v1/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)', { kind: 'network', summary: 'compute.googleapis.com cannot be reached' }],
  ['no name, Node', 'Error: getaddrinfo ENOTFOUND ec2.eu-nort-1.amazonaws.com', { kind: 'network', summary: 'ec2.eu-nort-1.amazonaws.com cannot be reached' }],
  ['timeout, Node', 'TimeoutError: Connection timed out after 5000 ms', { kind: 'network', retryable: true }],
  ['slow', 'net/http: TLS handshake timeout', { kind: 'network' }],
  ['certificate, Go', 'Get "https://sts.amazonaws.com/": tls: failed to verify certificate: x509: certificate signed by unknown authority', {
    kind: 'network', summary: 'the certificate of sts.amazonaws.com is not trusted here', retryable: false,
  }],
  ['certificate, Node', 'Error: unable to get local issuer certificate', { kind: 'network', retryable: false, hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string }],
  ['still under way', 'deleting EC2 Subnet (subnet-0abc): timeout while waiting for resource to be gone (last state: \'retryableerror\', timeout: 20m0s)', { kind: 'conflict', retryable: true }],
];

describe("an error of Terraform's own or of the network", () => {
  it.each(rows)('%s', (_what, text, problem) => {
    expect(classifyTerraform(text)).toMatchObject({ ...problem, hint: problem.hint ?? (expect.any(String) as string) });
  });

  it('stays unknown where nothing is known of it', () => {
    expect(classifyTerraform('Unsupported argument\nAn argument named "x" is not expected here.')).toBeNull();
  });
});
