import { type ProviderDiagnostic, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderBehaviour, ProviderContext } from '../../provider/behaviour.ts';
import { accountId } from '../model/account.ts';
import { regionIds } from '../model/regions.ts';
import { askEc2, CallFailed, regionOf } from './ask-ec2.ts';
import { bool, texts } from '../../../plugin/attributes.ts';
import { defaultSecurityGroupBehaviour, defaultSubnetBehaviour, defaultVpcBehaviour } from './default-network.ts';
import { ebsVolumeBehaviour, volumeAttachmentBehaviour } from './ebs-volume.ts';
import { elasticIpAssociationBehaviour, elasticIpBehaviour } from './elastic-ip.ts';
import { iamRoleBehaviour, iamRolePolicyBehaviour } from './iam-role.ts';
import { instanceBehaviour } from './instance.ts';
import { instancePowerBehaviour } from './instance-power.ts';
import { internetGatewayBehaviour } from './internet-gateway.ts';
import { keyPairBehaviour } from './key-pair.ts';
import { routeBehaviour } from './route.ts';
import { routeTableAssociationBehaviour, routeTableBehaviour } from './route-table.ts';
import { scheduleBehaviour } from './schedule.ts';
import { securityGroupBehaviour } from './security-group.ts';
import { egressRuleBehaviour, ingressRuleBehaviour } from './security-group-rule.ts';
import { subnetBehaviour } from './subnet.ts';
import { vpcBehaviour } from './vpc.ts';

/** hashicorp/aws 5.100 on the simulated EC2. */
export const awsProvider: ProviderBehaviour = {
  name: 'aws',
  cloud: 'aws',
  resources: [
    vpcBehaviour,
    subnetBehaviour,
    internetGatewayBehaviour,
    routeBehaviour,
    securityGroupBehaviour,
    ingressRuleBehaviour,
    egressRuleBehaviour,
    keyPairBehaviour,
    instanceBehaviour,
    instancePowerBehaviour,
    elasticIpBehaviour,
    elasticIpAssociationBehaviour,
    ebsVolumeBehaviour,
    volumeAttachmentBehaviour,
    routeTableBehaviour,
    routeTableAssociationBehaviour,
    iamRoleBehaviour,
    iamRolePolicyBehaviour,
    scheduleBehaviour,
    defaultVpcBehaviour,
    defaultSubnetBehaviour,
    defaultSecurityGroupBehaviour,
  ],
  configure,
};

/** Region, then who is calling, then whether the account is a permitted one; wordings of 5.100. */
async function configure(context: ProviderContext): Promise<void> {
  const region = regionOf(context);
  if (bool(context.config, 'skip_region_validation') !== true) {
    const known = await context.world.read(({ catalogue }) => regionIds(catalogue));
    if (!known.includes(region)) throw refused({ severity: 'error', summary: `invalid AWS Region: ${region}` });
  }
  if (bool(context.config, 'skip_credentials_validation') !== true || bool(context.config, 'skip_requesting_account_id') !== true) {
    try {
      await askEc2(context, 'GetCallerIdentity', {}, () => undefined);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      throw refused({ severity: 'error', summary: `validating provider credentials: retrieving caller identity from STS: ${error.message}` });
    }
  }
  const allowed = texts(context.config, 'allowed_account_ids');
  if ((allowed.length > 0 && !allowed.includes(accountId)) || texts(context.config, 'forbidden_account_ids').includes(accountId)) {
    throw refused({ severity: 'error', summary: `AWS account ID not allowed: ${accountId}` });
  }
}

function refused(diagnostic: ProviderDiagnostic): ProviderError {
  return new ProviderError(diagnostic);
}
