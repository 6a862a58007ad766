import { CloudError } from '../../engine/cloud-error.ts';
import type { FaceResponse } from '../../face/face.ts';
import { simulatedClient, simulatedPrincipal, simulatedSubscription, simulatedTenant } from '../model/subscription.ts';
import { type Asked, type Handler, json, page } from './answer.ts';

/** Where everything is, in the older and the newer form: one address for all of it. */
export const metadata: Handler = ({ request: { origin, query } }) => {
  const authentication = { loginEndpoint: origin, audiences: [origin, 'https://management.core.windows.net/', 'https://management.azure.com/'], tenant: 'common', identityProvider: 'AAD' };
  const suffixes = { azureDataLakeStoreFileSystem: 'azuredatalakestore.net', acrLoginServer: 'azurecr.io', sqlServerHostname: 'database.windows.net', keyVaultDns: 'vault.azure.net', storage: 'core.windows.net', mhsmDns: 'managedhsm.azure.net' };
  const cloud = { name: 'AzureCloud', portal: 'https://portal.azure.com', authentication, resourceManager: origin, graph: origin, graphAudience: origin, microsoftGraphResourceId: origin, suffixes };
  // 2018-01-01 answers without a name and a resource manager; since 2019-05-01 there is a list, and since 2022-09-01 one cloud.
  const version = query.get('api-version') ?? '2022-09-01';
  if (version < '2019') return Promise.resolve(json(200, { galleryEndpoint: origin, graphEndpoint: origin, portalEndpoint: 'https://portal.azure.com', graphAudience: origin, authentication, cloudEndpoint: {} }));
  return Promise.resolve(json(200, version < '2022' ? [cloud] : cloud));
};

/** What a library of Microsoft's asks a login host before it asks for a token. */
export const discovery: Handler = ({ request: { origin }, names }) => {
  const tenant = names.tenant ?? simulatedTenant;
  return Promise.resolve(
    json(200, {
      tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [],
      issuer: `${origin}/${tenant}/v2.0`,
      authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/devicecode`,
      jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
    }),
  );
};

/** An access token in the shape of one, for anybody who asks. */
export const token: Handler = async ({ request, context: { world, caller }, names }) => {
  const form = new URLSearchParams(request.body);
  try {
    const nowMs = await world.call(
      { cloud: 'azure', operation: 'oauth2/token', verb: 'identity', subject: 'account', caller, params: { grant: form.get('grant_type') ?? '', client: form.get('client_id') ?? '' } },
      (tx) => tx.nowMs,
    );
    return json(200, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, expires_on: String(Math.floor(nowMs / 1000) + 3599), access_token: accessToken(nowMs, request.origin, names.tenant ?? '', form.get('client_id')) });
  } catch (error) {
    if (error instanceof CloudError && error.code.startsWith('AADSTS')) return tokenRefused(error);
    throw error;
  }
};

function tokenRefused({ code, message }: CloudError): FaceResponse {
  return json(400, {
    error: 'invalid_grant',
    error_description: message,
    error_codes: [Number(code.slice('AADSTS'.length))],
    trace_id: simulatedClient,
    correlation_id: simulatedPrincipal,
    error_uri: `https://login.microsoftonline.com/error?code=${code.slice('AADSTS'.length)}`,
  });
}

function accessToken(nowMs: number, origin: string, tenant: string, client: string | null): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(nowMs / 1000);
  const tid = /^[0-9a-f-]{36}$/i.test(tenant) ? tenant : simulatedTenant;
  const claims = { aud: 'https://management.azure.com', iss: `${origin}/${tid}/`, iat: seconds, nbf: seconds, exp: seconds + 3599, appid: client ?? simulatedClient, idtyp: 'app', oid: simulatedPrincipal, sub: simulatedPrincipal, tid, ver: '1.0' };
  return [part({ typ: 'JWT', alg: 'none', kid: 'simulated' }), part(claims), Buffer.from('simulated').toString('base64url')].join('.');
}

export function subscriptionDocument(subscription: string) {
  return {
    id: `/subscriptions/${subscription}`,
    subscriptionId: subscription,
    tenantId: simulatedTenant,
    displayName: 'Simulated subscription',
    state: 'Enabled',
    authorizationSource: 'RoleBased',
    subscriptionPolicies: { locationPlacementId: 'Public_2014-09-01', quotaId: 'PayAsYouGo_2014-09-01', spendingLimit: 'Off' },
  };
}

/** Who am I: the subscription. */
export const subscription: Handler = async ({ context: { world, caller }, names }) => {
  const id = names.subscription ?? simulatedSubscription;
  await world.call({ cloud: 'azure', operation: 'Microsoft.Resources/subscriptions/read', verb: 'identity', subject: 'account', caller, target: `/subscriptions/${id}` }, () => undefined);
  return json(200, subscriptionDocument(id));
};

export const subscriptions: Handler = async (asked: Asked) => {
  const { world, caller } = asked.context;
  await world.call({ cloud: 'azure', operation: 'Microsoft.Resources/subscriptions/read', verb: 'identity', subject: 'account', caller }, () => undefined);
  return page(asked, [subscriptionDocument(simulatedSubscription)]);
};

export const tenants: Handler = async (asked: Asked) => {
  const { world, caller } = asked.context;
  await world.call({ cloud: 'azure', operation: 'Microsoft.Resources/tenants/read', verb: 'identity', subject: 'account', caller }, () => undefined);
  return page(asked, [{ id: `/tenants/${simulatedTenant}`, tenantId: simulatedTenant, displayName: 'Simulated tenant', tenantCategory: 'Home', defaultDomain: 'rehearsal.invalid' }]);
};
