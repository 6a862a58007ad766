import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Face, FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { type CallAbout, callEc2 } from '../model/call-ec2.ts';
import { find } from '../model/ec2.ts';
import { isOperation, type Operation } from '../model/operations.ts';
import { regionIds } from '../model/regions.ts';
import { ec2Answer, ec2Error, stsAnswer, stsError } from './answers.ts';
import { catalogueHandlers } from './catalogue-handlers.ts';
import type { Handlers } from './handler.ts';
import { instanceHandlers } from './instance-handlers.ts';
import { answerIam, isIamQuery } from './iam.ts';
import { isJsonCall, jsonAnswer, type JsonCall, jsonError, readJsonCall } from './json-call.ts';
import { networkHandlers } from './network-handlers.ts';
import { otherHandlers } from './other-handlers.ts';
import { journalParams, listParam, param, type Query, readQuery } from './query.ts';
import { routeHandlers } from './route-handlers.ts';
import { securityGroupHandlers } from './security-group-handlers.ts';
import { getProducts } from './price-list.ts';
import { answerScheduler, isSchedulerCall } from './scheduler.ts';
import { getServiceQuota } from './service-quotas.ts';
import { storageHandlers } from './storage-handlers.ts';
import type { XmlMembers } from './xml.ts';

const handlers: Handlers = {
  ...catalogueHandlers,
  ...networkHandlers,
  ...routeHandlers,
  ...securityGroupHandlers,
  ...instanceHandlers,
  ...storageHandlers,
  ...otherHandlers,
};

/**
 * EC2, STS and IAM in their query protocol, a form with an Action, answered in XML; Service Quotas and the price list in JSON, its target
 * in a header; Scheduler as REST.
 */
export const awsFace: Face = {
  cloud: 'aws',
  speaks: (request) => isJsonCall(request) || isSchedulerCall(request) || readQuery(request) !== null,
  answer: async (request, context) => {
    if (isJsonCall(request)) return answerJson(request, context);
    if (isSchedulerCall(request)) return answerScheduler(request, context);
    const query = readQuery(request);
    if (query === null) throw new Error('this is no call of AWS');
    if (isIamQuery(query)) return answerIam(query, context);
    const isSts = query.action === 'GetCallerIdentity';
    try {
      const content = await carryOut(query, context);
      return isSts ? stsAnswer(query.action, content) : ec2Answer(query.action, content);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      return refused(query, error);
    }
  },
};

async function answerJson(request: FaceRequest, context: FaceContext): Promise<FaceResponse> {
  try {
    const call = readJsonCall(request);
    if (!call.isSigned) throw unsigned();
    if (call.target === 'AWSPriceListService.GetProducts') return jsonAnswer(await callEc2({ ...context, region: call.region }, 'GetProducts', {}, ({ tx }) => getProducts(tx, call.body)));
    if (call.target !== 'ServiceQuotasV20190624.GetServiceQuota') throw new CloudError('UnknownOperationException', `The operation ${call.target} is not known.`);
    const access = { ...context, region: call.region };
    return jsonAnswer(await callEc2(access, 'GetServiceQuota', { params: quotaParams(call) }, (ec2) => getServiceQuota(ec2, call.body)));
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return jsonError(error);
  }
}

function quotaParams({ body: { ServiceCode: service, QuotaCode: code } }: JsonCall): JsonObject {
  return { ...(typeof service === 'string' ? { service } : {}), ...(typeof code === 'string' ? { code } : {}) };
}

function unsigned(): CloudError {
  return new CloudError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 });
}

async function carryOut(query: Query, context: FaceContext): Promise<XmlMembers> {
  const { action, region } = query;
  if (!query.isSigned) throw unsigned();
  const handler = isOperation(action) ? handlers[action] : undefined;
  if (!isOperation(action) || handler === undefined) throw new CloudError('InvalidAction', `The action ${action} is not valid for this web service.`);
  const access = { ...context, region: await regionFor(action, region, context) };
  return callEc2(access, action, await aboutCall(action, query, context), (ec2) => {
    const content = handler(ec2, query);
    // It has done everything, and by throwing changes nothing.
    if (param(query, 'DryRun') === 'true') throw new CloudError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', { status: 412 });
    return content;
  });
}

/** STS is asked in any region, also in the one that stands for all. */
async function regionFor(action: Operation, region: string, { world }: FaceContext): Promise<string> {
  if (action !== 'GetCallerIdentity') return region;
  const known = await world.read(({ catalogue }) => regionIds(catalogue));
  return known.includes(region) ? region : (known[0] ?? region);
}

async function aboutCall(action: Operation, query: Query, { world }: FaceContext): Promise<CallAbout> {
  const params = journalParams(query);
  if (action !== 'RunInstances') return { target: targetOf(query), params };
  const subnetId = param(query, 'SubnetId') ?? param(query, 'NetworkInterface.1.SubnetId') ?? '';
  const zone = await world.read((tx) => find({ tx, region: query.region }, 'subnet', subnetId)?.zone ?? null);
  const market = param(query, 'InstanceMarketOptions.MarketType') ?? 'on-demand';
  return {
    zone: zone ?? param(query, 'Placement.AvailabilityZone'),
    params: { ...params, imageId: param(query, 'ImageId'), instanceType: param(query, 'InstanceType'), market },
  };
}

const targets = ['InstanceId', 'VpcId', 'SubnetId', 'GroupId', 'InternetGatewayId', 'RouteTableId', 'KeyName', 'VolumeId', 'AllocationId', 'NetworkInterfaceId', 'SpotInstanceRequestId', 'ResourceId'];

function targetOf(query: Query): string | null {
  for (const name of targets) {
    const id = param(query, name) ?? listParam(query, name)[0];
    if (id !== undefined) return id;
  }
  return null;
}

function refused(query: Query, error: CloudError): FaceResponse {
  // Whoever looks for images by name is told of none: EC2 has no other way to say it.
  if (query.action === 'DescribeImages' && error.code === 'InvalidAMIID.NotFound' && listParam(query, 'ImageId').length === 0) {
    return ec2Answer(query.action, { imagesSet: [] });
  }
  return query.action === 'GetCallerIdentity' ? stsError(error) : ec2Error(error);
}
