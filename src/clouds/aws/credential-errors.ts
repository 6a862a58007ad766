import type { ErrorRule } from '../error-rules.ts';

/** Rows of the AWS error table for who is asking; wordings of aws-sdk-go-base and of the SDK for JavaScript v3. */
export const credentialRules: readonly ErrorRule[] = [
  {
    pattern: /failed to get shared config profile|Could not resolve credentials using profile|[Pp]rofile .*(?:could not be found|does not exist|was not found)/,
    kind: 'credentials',
    summary: ({ text }) => `the AWS profile${named(profileIn(text))} does not exist or holds no credentials`,
    hint: 'aws configure list-profiles',
    retryable: false,
  },
  {
    pattern: /SSO session|SSO [Tt]oken|sso login|InvalidGrantException|Token is expired/,
    kind: 'credentials',
    summary: ({ text }) => `the AWS sign-in${named(profileIn(text))} has expired`,
    hint: ({ text }) => {
      const profile = profileIn(text);
      return `aws sso login${profile === null ? '' : ` --profile ${profile}`}`;
    },
    retryable: false,
  },
  {
    codes: ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'],
    kind: 'credentials',
    summary: 'the AWS credentials have expired',
    hint: 'renew them (aws sso login, or new AWS_* variables), then repeat the command',
    retryable: false,
  },
  {
    // EC2's word for a session token that ran out, and for a clock that is wrong.
    codes: ['RequestExpired'],
    kind: 'credentials',
    summary: 'the AWS credentials have expired',
    hint: "renew them (aws sso login, or new AWS_* variables); where they are fresh, set the computer's clock",
    retryable: false,
  },
  {
    codes: ['RequestTimeTooSkewed', 'SignatureDoesNotMatch'],
    kind: 'credentials',
    summary: 'AWS refuses the signature of the request',
    hint: "check the computer's clock, then the secret access key: aws sts get-caller-identity",
    retryable: false,
  },
  {
    codes: ['AuthFailure'],
    kind: 'credentials',
    summary: 'AWS cannot validate the credentials in this region',
    hint: 'aws sts get-caller-identity; where that works, the region is not enabled: aws account enable-region --region-name REGION',
    retryable: false,
  },
  {
    codes: ['InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'MissingAuthenticationToken'],
    kind: 'credentials',
    summary: 'AWS does not know these credentials',
    hint: 'aws sts get-caller-identity   and check AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN',
    retryable: false,
  },
  {
    pattern:
      /No valid credential sources found|no EC2 IMDS role found|failed to refresh cached credentials|Could not load credentials from any providers|CredentialsProviderError|Credential is missing|Resolved credential object is not valid/,
    kind: 'credentials',
    summary: 'no AWS credentials were found',
    hint: 'aws configure, aws sso login, or AWS_PROFILE; in a profile: aws.profile',
    retryable: false,
  },
];

function profileIn(text: string): string | null {
  const [, profile] =
    /shared config profile, ([\w.@-]+)/.exec(text) ??
    /profile[=:]? ?\[([\w.@-]+)\]/.exec(text) ??
    /profile=([\w.@-]+)/.exec(text) ??
    /--profile ([\w.@-]+)/.exec(text) ??
    [];
  return profile ?? null;
}

function named(profile: string | null): string {
  return profile === null ? '' : ` "${profile}"`;
}
