import { type Attributes, type Planning, unknown } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { bool as flagOf, text as textOf } from '../../../plugin/attributes.ts';
import { hasUnknown, textMapOf } from './values.ts';

const attribution = 'goog-terraform-provisioned';

/**
 * The labels as the provider plans them: `terraform_labels` are the resource's, the provider's default ones and its own
 * mark; `effective_labels` also those that others have set. The mark is set at creation, later only by PROACTIVE.
 */
export function planLabels({ prior, config, planned }: Planning, { config: provider }: ProviderContext): Attributes {
  if (hasUnknown(config.labels) || hasUnknown(provider.default_labels)) {
    return { ...planned, terraform_labels: unknown, effective_labels: unknown, label_fingerprint: unknown };
  }
  const before = prior === null ? {} : textMapOf(prior, 'terraform_labels');
  const marks =
    (flagOf(provider, 'add_terraform_attribution_label') ?? true) &&
    (prior === null || attribution in before || textOf(provider, 'terraform_attribution_label_addition_strategy') === 'PROACTIVE');
  const own = { ...(marks ? { [attribution]: 'true' } : {}), ...textMapOf(provider, 'default_labels'), ...textMapOf(config, 'labels') };
  const others = Object.entries(prior === null ? {} : textMapOf(prior, 'effective_labels')).filter(([key]) => !(key in before));
  const effective = { ...Object.fromEntries(others), ...own };
  const changed = prior === null || !sameMap(effective, textMapOf(prior, 'effective_labels'));
  return { ...planned, terraform_labels: own, effective_labels: effective, ...(changed ? { label_fingerprint: unknown } : {}) };
}

export const sameMap = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

/** Labels as a refresh writes them: of all that are there, those that the configuration and the provider manage. */
export function readLabels(prior: Attributes, labels: Readonly<Record<string, string>>): Attributes {
  const pick = (name: string) => Object.fromEntries(Object.entries(labels).filter(([key]) => key in textMapOf(prior, name)));
  return { labels: pick('labels'), terraform_labels: pick('terraform_labels'), effective_labels: labels };
}
