/** The simulated account: twelve digits as AWS wants them, and no real one's. */
export const accountId = '000000000000';

/** What STS says of the simulated caller. */
export const identity = {
  account: accountId,
  arn: `arn:aws:iam::${accountId}:user/rehearsal`,
  userId: 'AIDA00REHEARSAL000000',
} as const;

/** `arn:aws:ec2:eu-north-1:000000000000:vpc/vpc-0abc` */
export function ec2Arn(region: string, type: string, id: string): string {
  return `arn:aws:ec2:${region}:${accountId}:${type}/${id}`;
}
