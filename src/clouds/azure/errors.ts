import type { Problem } from '../../core/errors.ts';
import { classifyBy, type ErrorRule, type ErrorText } from '../error-rules.ts';
import { classifyTerraform } from '../terraform-errors.ts';
import { accessRules } from './access-errors.ts';
import { capacityRules } from './capacity-errors.ts';
import { credentialRules } from './credential-errors.ts';
import { exceededCores, firstSentence, readAzureErrors } from './error-text.ts';
import { generalRules, inputRules } from './input-errors.ts';

const quotas = 'https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas';

const rules: readonly ErrorRule[] = [
  ...credentialRules,
  {
    pattern: /exceeding approved [\w .]+? quota|exceeding quota limits of Core/,
    kind: 'quota',
    summary: ({ text }) => {
      const { quota, numbers, region } = exceededCores(text) ?? { quota: 'Cores', numbers: '', region: null };
      return `the subscription's quota "${quota}" is used up${region === null ? '' : ` in ${region}`}${numbers}`;
    },
    hint: ({ text }) => `${/LowPriorityCores/i.test(text) ? '--no-spot, ' : ''}another region (--region) or a smaller size (--size small); more: ${quotas}`,
    retryable: false,
    holdsFor: ({ text }) => (/LowPriorityCores/i.test(text) ? 'spot' : undefined),
  },
  {
    codes: ['QuotaExceeded'],
    kind: 'quota',
    summary: ({ message }) => `a quota of the subscription is used up: ${firstSentence(message)}`,
    hint: `another region (--region) or a smaller size (--size small); more: ${quotas}`,
    retryable: false,
  },
  {
    codes: [
      ...['PublicIPCountLimitReached', 'StaticPublicIPCountLimitReached', 'StandardSkuPublicIPCountLimitReached', 'IPv4StandardSkuPublicIpCountLimitReached'],
      ...['VnetCountLimitReached', 'NetworkSecurityGroupCountLimitReached', 'NetworkInterfaceCountLimitReached'],
    ],
    kind: 'quota',
    summary: ({ message }) => `a limit of the subscription is reached: ${firstSentence(message)}`,
    hint: `remove what is no longer needed, or another region (--region); more: ${quotas}`,
    retryable: false,
  },
  {
    codes: ['ResourceGroupQuotaExceeded'],
    kind: 'quota',
    summary: 'the subscription has as many resource groups as it may have',
    hint: 'remove what is no longer needed: az group list --query "[].name" --output tsv',
    retryable: false,
  },
  ...capacityRules,
  ...accessRules,
  ...inputRules,
  {
    codes: ['OSProvisioningTimedOut', 'OSProvisioningClientError', 'VMStartTimedOut', 'OSProvisioningInternalError'],
    kind: 'not-ready',
    summary: 'the machine exists, but its system did not report to Azure in time',
    hint: 'look at its console: labtui console SESSION; then: labtui apply --session SESSION   or another --image or --instance-type',
    retryable: true,
  },
  {
    pattern: /Spot (?:VM|[Vv]irtual [Mm]achine)[^.]*evicted|has been evicted/,
    kind: 'preempted',
    summary: 'Azure took the spot machine back',
    hint: 'labtui apply --session SESSION   or with --no-spot',
    retryable: true,
  },
  {
    pattern: /a resource with the ID "[^"]*" already exists - to be managed via Terraform/,
    kind: 'conflict',
    summary: ({ text }) => `it exists already: ${/ID "[^"]*\/([^/"]+)" already/.exec(text)?.[1] ?? 'a resource'}`,
    hint: 'labtui destroy SESSION   it also finds what the state does not know',
    retryable: false,
  },
  {
    codes: ['ScopeLocked'],
    kind: 'conflict',
    summary: 'a lock on the subscription or the group keeps it from being changed',
    hint: 'az lock list --output table   and remove the lock, then repeat the command',
    retryable: false,
  },
  {
    codes: [
      ...['InUseSubnetCannotBeDeleted', 'InUseNetworkSecurityGroupCannotBeDeleted', 'PublicIPAddressCannotBeDeleted', 'NicInUse', 'NicReservedForAnotherVm'],
      ...['NetworkSecurityGroupInUse', 'CannotDeleteAttachedDisk', 'DiskInUse'],
    ],
    kind: 'conflict',
    summary: ({ message }) => `something still uses it: ${firstSentence(message)}`,
    hint: ({ code }) => `${code === 'NicReservedForAnotherVm' ? 'wait three minutes' : 'wait until the machines are gone'}, then: labtui destroy SESSION`,
    retryable: true,
  },
  {
    pattern: /the Resource Group still contains Resources/,
    kind: 'conflict',
    summary: 'the resource group still holds something',
    hint: 'labtui destroy SESSION',
    retryable: true,
  },
  {
    codes: ['AnotherOperationInProgress', 'RetryableError', 'OperationPreempted', 'ResourceGroupBeingDeleted', 'CanceledAndSupersededDueToAnotherOperation'],
    kind: 'conflict',
    summary: ({ message }) => `something else is under way there: ${firstSentence(message)}`,
    hint: 'wait a minute, then: labtui apply --session SESSION',
    retryable: true,
  },
  {
    codes: ['ResourceCollectionRequestsThrottled', 'SubscriptionRequestsThrottled', 'TooManyRequests', 'OperationThrottled', 'ThrottledRequest'],
    kind: 'throttled',
    summary: 'Azure asks for fewer calls',
    hint: ({ text }) => `wait ${/after '?(\d+)'? ?seconds/i.exec(text)?.[1] ?? '60'} seconds, then: labtui apply --session SESSION --parallelism 2`,
    retryable: true,
  },
  {
    codes: ['InternalServerError', 'InternalExecutionError', 'InternalOperationError', 'ServiceUnavailable', 'ServerTimeout', 'GatewayTimeout', 'BadGateway', 'NetworkingInternalOperationError'],
    kind: 'throttled',
    summary: ({ code }) => `Azure has a problem of its own (${code ?? ''})`,
    hint: 'wait a minute, then: labtui apply --session SESSION; state of the service: https://azure.status.microsoft',
    retryable: true,
  },
  {
    pattern: /polling (?:after \w+|failed)[^\n]*: context deadline exceeded/,
    kind: 'conflict',
    summary: 'Azure did not finish in time: a change is still under way',
    hint: 'wait some minutes, then: labtui apply --session SESSION   or another region (--region) or type (--instance-type)',
    retryable: true,
  },
  {
    pattern: /unexpected status 429\b/,
    kind: 'throttled',
    summary: 'Azure asks for fewer calls',
    hint: 'wait 60 seconds, then: labtui apply --session SESSION --parallelism 2',
    retryable: true,
  },
];

/**
 * The problem behind an error text of the azurerm provider, of Azure's APIs, of the sign-in or of Terraform; null where no rule
 * knows it. Of codes within each other the innermost that has a row decides.
 */
export function classify(text: string): Problem | null {
  const errors = readAzureErrors(text);
  for (const table of [rules, generalRules]) {
    for (const error of errors) {
      const problem = classifyBy(table, error);
      if (problem !== null) return problem;
    }
  }
  return classifyTerraform(text) ?? unknownCode(errors);
}

/** A refusal with a code that no row has: better named than lost. */
function unknownCode(errors: readonly ErrorText[]): Problem | null {
  const [inner] = errors;
  if (inner?.code == null) return null;
  const missing = inner.code.endsWith('NotFound');
  return {
    kind: missing ? 'not-found' : 'conflict',
    code: inner.code,
    summary: `Azure refused it: ${firstSentence(inner.message)}`,
    retryable: false,
  };
}
