import { type ArmId, parseArmId } from '../model/arm-id.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import { problem } from './failures.ts';
import { text } from '../../../plugin/attributes.ts';

/** How the provider prints an id: `Virtual Network (Subscription: "…"\nResource Group Name: "…"\nVirtual Network Name: "…")`. */
export function labelOf(title: string, id: string, fields: readonly string[]): string {
  const parsed = parseArmId(id);
  const parts = [
    `Subscription: ${JSON.stringify(parsed?.subscription ?? '')}`,
    ...(parsed?.group == null ? [] : [`Resource Group Name: ${JSON.stringify(parsed.group)}`]),
    ...fields.map((field, index) => `${field}: ${JSON.stringify(parsed?.names[index] ?? '')}`),
  ];
  return `${title} (${parts.join('\n')})`;
}

/** The resource's own id of its state. */
export function ownId(attributes: Attributes): ArmId & { readonly id: string } {
  const id = text(attributes, 'id') ?? '';
  const parsed = parseArmId(id);
  if (parsed === null) throw problem(`parsing ${JSON.stringify(id)}: the ID did not match the expected format of an Azure Resource Manager ID`);
  return { ...parsed, id };
}

/** Starts an import: the id must name a resource of that type. */
export function importOf(type: string, title: string): (id: string) => Promise<Attributes> {
  return (id) => {
    const parsed = parseArmId(id);
    const found = parsed?.namespace == null ? (parsed?.group == null ? '' : 'Microsoft.Resources/resourceGroups') : `${parsed.namespace}/${parsed.type}`;
    if (found.toLowerCase() !== type.toLowerCase()) {
      return Promise.reject(problem(`parsing the ${title} ID: the segment at position 0 didn't match: parsing ${JSON.stringify(id)} as an ID of type ${type}`));
    }
    return Promise.resolve({ id });
  };
}
