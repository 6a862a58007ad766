import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { isTrueAt, textAt } from '../model/fields.ts';
import { agreement, type Plan, setAccepted } from '../model/marketplace.ts';
import { importNeeded } from './arm.ts';
import { failed, problem } from './failures.ts';
import { settingsOf } from './settings.ts';
import { text } from '../../../plugin/attributes.ts';
import { required, settled } from './values.ts';

function idOf(subscription: string, { publisher, offer, plan }: Plan): string {
  return `/subscriptions/${subscription}/providers/Microsoft.MarketplaceOrdering/agreements/${publisher}/offers/${offer}/plans/${plan}`;
}

function read(id: string): { readonly subscription: string; readonly plan: Plan } {
  const [, subscription, publisher, offer, plan] = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.MarketplaceOrdering\/agreements\/([^/]+)\/offers\/([^/]+)\/plans\/([^/]+)$/i.exec(id) ?? [];
  if (subscription === undefined || publisher === undefined || offer === undefined || plan === undefined) throw problem(`parsing ${JSON.stringify(id)} as a Plan ID: the ID did not match the expected format`);
  return { subscription, plan: { publisher, offer, plan } };
}

function label({ publisher, offer, plan }: Plan, subscription: string): string {
  return `Plan (Subscription: ${JSON.stringify(subscription)}\nPublisher: ${JSON.stringify(publisher)}\nOffer: ${JSON.stringify(offer)}\nPlan: ${JSON.stringify(plan)})`;
}

async function ask<T>({ world, caller }: ProviderContext, id: string, what: string, verb: 'read' | 'update', work: (tx: Transaction) => T): Promise<T> {
  try {
    return await world.call({ cloud: 'azure', operation: `Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/${verb === 'read' ? 'read' : 'write'}`, verb, subject: 'other', caller, target: id }, work);
  } catch (error) {
    throw failed(error, what, { method: null, url: id });
  }
}

function state(before: Attributes, id: string, { publisher, offer, plan }: Plan, document: JsonObject): Attributes {
  return { ...settled(before), id, publisher, offer, plan, license_text_link: textAt(document, 'properties', 'licenseTextLink'), privacy_policy_link: textAt(document, 'properties', 'privacyPolicyLink') };
}

export const marketplaceAgreement: ResourceBehaviour = {
  type: 'azurerm_marketplace_agreement',
  import: (id) => Promise.resolve().then(() => ({ id, ...(read(id).plan satisfies object) })),
  async create(planned, context) {
    const { subscription, skipImportCheck } = settingsOf(context);
    const plan = { publisher: required(planned, 'publisher'), offer: required(planned, 'offer'), plan: required(planned, 'plan') };
    const id = idOf(subscription, plan);
    const now = await ask(context, id, `retrieving ${label(plan, subscription)}`, 'read', (view) => agreement(view, subscription, plan));
    if (!skipImportCheck && isTrueAt(now, 'properties', 'accepted')) throw importNeeded('azurerm_marketplace_agreement', id);
    const document = await ask(context, id, `accepting Terms for ${label(plan, subscription)}`, 'update', (tx) => setAccepted(tx, subscription, plan, true));
    return state(planned, id, plan, document);
  },
  async read(prior, context) {
    const id = text(prior, 'id') ?? '';
    const { subscription, plan } = read(id);
    const document = await ask(context, id, `retrieving the Marketplace Terms for ${label(plan, subscription)}`, 'read', (view) => agreement(view, subscription, plan));
    return isTrueAt(document, 'properties', 'accepted') ? state(prior, id, plan, document) : null;
  },
  async delete(prior, context) {
    const id = text(prior, 'id') ?? '';
    const { subscription, plan } = read(id);
    await ask(context, id, `cancelling agreement for ${label(plan, subscription)}`, 'update', (tx) => setAccepted(tx, subscription, plan, false));
  },
};
