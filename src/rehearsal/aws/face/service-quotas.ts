import { CloudError } from '../../engine/cloud-error.ts';
import { accountId } from '../model/account.ts';
import type { Ec2 } from '../model/ec2.ts';
import { type Quota, quotaOf } from '../model/quotas.ts';
import type { JsonCall } from './json-call.ts';

interface Known {
  readonly service: 'ec2' | 'vpc';
  readonly name: string;
  readonly quota: Quota;
}

const standard = 'Standard (A, C, D, H, I, M, R, T, Z)';
const other = (name: string): Known => ({ service: 'ec2', name, quota: 'otherVcpus' });

/** What Service Quotas knows of the limits that this EC2 keeps, by its codes (EC2 user guide; "Amazon VPC quotas"). */
const known: Readonly<Record<string, Known>> = {
  'L-1216C47A': { service: 'ec2', name: `Running On-Demand ${standard} instances`, quota: 'standardVcpus' },
  'L-34B43A08': { service: 'ec2', name: `All ${standard} Spot Instance Requests`, quota: 'standardSpotVcpus' },
  'L-74FC7D96': other('Running On-Demand F instances'),
  'L-88CF9481': other('All F Spot Instance Requests'),
  'L-DB2E81BA': other('Running On-Demand G and VT instances'),
  'L-3819A6DF': other('All G and VT Spot Instance Requests'),
  'L-417A185B': other('Running On-Demand P instances'),
  'L-7295265B': other('Running On-Demand X instances'),
  'L-E3A00192': other('All X Spot Instance Requests'),
  'L-0263D0A3': { service: 'ec2', name: 'EC2-VPC Elastic IPs', quota: 'elasticIps' },
  'L-F678F1CE': { service: 'vpc', name: 'VPCs per Region', quota: 'vpcs' },
  'L-A4707A72': { service: 'vpc', name: 'Internet gateways per Region', quota: 'internetGateways' },
};

/** GetServiceQuota: the account's own value in the region. */
export function getServiceQuota({ tx, region }: Ec2, { ServiceCode: service, QuotaCode: code }: JsonCall['body']): object {
  if (typeof service !== 'string' || typeof code !== 'string') throw new CloudError('IllegalArgumentException', 'ServiceCode and QuotaCode are required');
  const found = known[code];
  if (found?.service !== service) throw new CloudError('NoSuchResourceException', 'The request failed because the specified service quota does not exist.');
  return {
    Quota: {
      ServiceCode: service,
      ServiceName: service === 'ec2' ? 'Amazon Elastic Compute Cloud (Amazon EC2)' : 'Amazon Virtual Private Cloud (Amazon VPC)',
      QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:${service}/${code}`,
      QuotaCode: code,
      QuotaName: found.name,
      Value: quotaOf(tx, region, found.quota),
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    },
  };
}
