import type { ReceiptEvent } from '../../core/events.ts';
import { formatDuration } from '../../core/duration.ts';

type Receipt = Omit<ReceiptEvent, 'type'>;

/** `9 found, 9 deleted, 0 left   verified by state and by listing`. */
export function renderReceipt(receipt: Receipt): string {
  const verified = receipt.verifiedBy.length === 0 ? 'not verified' : `verified by ${receipt.verifiedBy.join(' and by ')}`;
  return `${receipt.found} found, ${receipt.deleted} deleted, ${receipt.left.length} left   ${verified}   in ${formatDuration(receipt.durationMs)}`;
}

/** One line for each stack, where there are several; else empty. */
export function renderParts({ stacks = {} }: Receipt): string {
  const parts = Object.entries(stacks);
  if (parts.length < 2) return '';
  const widest = Math.max(...parts.map(([id]) => id.length));
  return parts
    .map(([id, { found, deleted, left, verifiedBy }]) => `  ${id.padEnd(widest)}  ${found} found, ${deleted} deleted, ${left.length} left   ${verifiedBy.length === 0 ? 'not verified' : `verified by ${verifiedBy.join(' and by ')}`}`)
    .join('\n');
}

/** What is left, one a line; empty when nothing is. */
export function renderLeft(receipt: Receipt): string {
  return receipt.left
    .map(({ type, id, name, region, seenBy }) => `  ${type}  ${id}${name === null ? '' : `  ${name}`}  ${region ?? ''}  (${seenBy})`)
    .join('\n');
}

/** Where each part was listed, by which query and when, one a line; places where nothing was found are summed up. Empty where it is not said. */
export function renderPlaces({ stacks = {} }: Receipt): string {
  const places = Object.entries(stacks).flatMap(([id, part]) => (part.place === undefined ? [] : [{ id, part, place: part.place }]));
  const shown = places.length < 4 ? places : places.filter(({ part }) => part.found > 0);
  const rest = places.length - shown.length;
  const lines = shown.map(({ place: { cloud, account, region, tagQuery, listedAt } }) => {
    const where = [cloud, account, region ?? 'global'].filter((word) => word !== null).join(' ');
    return `  ${where}   ${tagQuery}   ${listedAt === null ? 'not listed' : `listed ${listedAt}`}`;
  });
  return [...lines, ...(rest === 0 ? [] : [`  and ${rest} ${rest === 1 ? 'place' : 'places'} more, where nothing was found`])].join('\n');
}
