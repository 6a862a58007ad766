import type { JsonObject } from '../../engine/json.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { isTrueAt, textAt } from './fields.ts';
import { imagesOf } from './images.ts';
import { find } from './kept.ts';
import { badRequest, refused } from './refuse.ts';

/** A plan of the marketplace, as its terms are named. */
export interface Plan {
  readonly publisher: string;
  readonly offer: string;
  readonly plan: string;
}

function idOfAgreement(subscription: string, { publisher, offer, plan }: Plan): string {
  return `/subscriptions/${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/Virtualmachine/publishers/${publisher}/offers/${offer}/plans/${plan}/agreements/current`;
}

function known(view: WorldView, { publisher, offer, plan }: Plan): boolean {
  return imagesOf(view).some(({ plan: of }) => of?.publisher.toLowerCase() === publisher.toLowerCase() && of.product.toLowerCase() === offer.toLowerCase() && of.name.toLowerCase() === plan.toLowerCase());
}

/** Simulated subscriptions have accepted every plan's terms; to be without them is a fault's, or a cancellation's, doing. */
export function isAccepted(view: WorldView, subscription: string, plan: Plan): boolean {
  const record = find(view, idOfAgreement(subscription, plan));
  return record === null || isTrueAt(record.props, 'accepted');
}

/** A plan's terms as the agreements API shows them; throws where there is no such plan. */
export function agreement(view: WorldView, subscription: string, plan: Plan): JsonObject {
  if (!known(view, plan)) {
    throw badRequest(`Unable to find legal terms for this offer: publisher '${plan.publisher}', offer '${plan.offer}', plan '${plan.plan}'.`);
  }
  const record = find(view, idOfAgreement(subscription, plan));
  const { publisher, offer, plan: name } = plan;
  return {
    id: idOfAgreement(subscription, plan),
    name,
    type: 'Microsoft.MarketplaceOrdering/offertypes',
    properties: {
      publisher,
      product: offer,
      plan: name,
      licenseTextLink: `https://storelegalterms.blob.core.windows.net/legalterms/SIMULATED_${publisher}_${offer}_${name}.txt`,
      privacyPolicyLink: `https://${publisher}.invalid/privacy`,
      marketplaceTermsLink: 'https://storelegalterms.blob.core.windows.net/marketplaceterms/SIMULATED.txt',
      retrieveDatetime: new Date(view.nowMs).toISOString(),
      signature: textAt(record?.props, 'signature') ?? 'SIMULATED',
      accepted: isAccepted(view, subscription, plan),
    },
  };
}

/** Accepts a plan's terms or takes that back. */
export function setAccepted(tx: Transaction, subscription: string, plan: Plan, accepted: boolean): JsonObject {
  agreement(tx, subscription, plan);
  const id = idOfAgreement(subscription, plan);
  tx.put({ cloud: 'azure', kind: 'agreements', id, name: plan.plan, region: null, zone: null, tags: {}, createdAtMs: tx.nowMs, props: { accepted, signature: `SIMULATED${tx.newId(16)}` } });
  return agreement(tx, subscription, plan);
}

const legal = 'Legal terms have not been accepted for this item on this subscription';

/** What a machine's creation is refused with when its plan's terms were not accepted. */
export function termsNotAccepted(subscription: string, { publisher, offer, plan }: Plan, correlation: string) {
  return refused(
    400,
    'ResourcePurchaseValidationFailed',
    `User failed validation to purchase resources. Error message: 'You have not accepted the legal terms on this subscription: '${subscription}' for this plan. Before the subscription can be used, you need to accept the legal terms of the image. ` +
      'To read and accept legal terms, use the Azure CLI commands described at https://go.microsoft.com/fwlink/?linkid=2110637 or the PowerShell commands available at https://go.microsoft.com/fwlink/?linkid=862451. ' +
      `Alternatively, deploying via the Azure portal provides a UI experience for reading and accepting the legal terms. Offer details: publisher='${publisher}' offer = '${offer}', sku = '${plan}', Correlation Id: '${correlation}'.'`,
  );
}

/** The other form of the same, the reason within. */
export function notEligible({ publisher, offer }: Pick<Plan, 'publisher' | 'offer'>) {
  const inner =
    `Offer with PublisherId: '${publisher}', OfferId: '${offer}' cannot be purchased due to validation errors. For more information see details. ` +
    `[{"${legal}. To accept legal terms using PowerShell, please use Get-AzureRmMarketplaceTerms and Set-AzureRmMarketplaceTerms API(https://go.microsoft.com/fwlink/?linkid=862451) or deploy via the Azure portal to accept the terms":"StoreApi"}]`;
  // Azure spells it "eligibilty".
  return refused(400, 'MarketplacePurchaseEligibilityFailed', 'Marketplace purchase eligibilty check returned errors. See inner errors for details. ', {
    details: [{ code: 'BadRequest', message: inner }],
  });
}
