import { cutToWidth } from '../../../../core/display-width.ts';
import { parseDuration } from '../../../../core/duration.ts';
import { chosenClouds } from '../possible.ts';
import { chosenType } from '../possible-size.ts';
import { advancedFields } from '../rows.ts';
import { defaultFields, type FieldId } from '../request.ts';
import type { WizardState } from '../state.ts';
import type { Frame } from './frame.ts';
import { price } from './money.ts';
import { blank, type Row } from './row.ts';

/** List prices of what is chosen, per hour; null: nothing chosen, or a price that is not known. */
export function estimatedHourly(state: WizardState): { readonly amount: number; readonly currency: string } | null {
  const machines = Number(state.request.fields.count) * Math.max(1, state.request.distros.length);
  let sum = 0;
  let currency: string | null = null;
  for (const cloud of chosenClouds(state)) {
    const type = chosenType(state, cloud);
    if (type === null || 'reason' in type || type.hourlyPrice === null) return null;
    if (currency !== null && type.currency !== currency) return null;
    currency = type.currency;
    sum += type.hourlyPrice * machines * state.request.where.filter((target) => target.cloud === cloud.id).length;
  }
  return currency === null ? null : { amount: sum, currency };
}

const shortLabels: Readonly<Partial<Record<FieldId, string>>> = { count: 'count', diskType: 'disk', maxPrice: 'spot <', network: 'net', userData: 'data', allowFrom: 'reach', forward: 'ports', share: 'folder' };

/** All that is decided so far, for the right side. */
export function decidedRows(state: WizardState, { columns, glyphs }: Frame): readonly Row[] {
  const { request, base } = state;
  const { fields } = request;
  const line = (label: string, value: string, set = true): Row => ({
    spans: [{ text: `${label.padEnd(6)} `, tone: 'dim' }, { text: cutToWidth(value, Math.max(4, columns - 7), glyphs.more), tone: set ? 'plain' : 'dim' }],
  });
  const targets = request.where.map(({ cloud, region }) => (region === 'auto' ? cloud : `${cloud}:${region}`));
  const types = Object.entries(request.types).filter(([cloud]) => request.where.some((target) => target.cloud === cloud)).map(([cloud, type]) => `${cloud}=${type}`);
  const more = advancedFields(state).filter((field) => fields[field] !== defaultFields[field]);
  const hourly = estimatedHourly(state);
  const ttlMs = fields.ttl === 'none' ? null : parseDuration(fields.ttl);
  const rows: readonly Row[] = [
    ...(base.profile === null ? [] : [line('from', base.profile)]),
    line('distro', request.distros.join(' ') || glyphs.dash, request.distros.length > 0),
    ...(targets.length === 0 ? [line('where', glyphs.dash, false)] : targets.map((target, index) => line(index === 0 ? 'where' : '', target))),
    ...(request.rehearse ? [line('', 'rehearsed')] : []),
    line('size', fields.size),
    ...types.map((type) => line('', type)),
    line('arch', fields.arch),
    line('ttl', fields.ttl),
    ...more.map((field) => line(shortLabels[field] ?? field, fields[field])),
  ];
  const cost: readonly Row[] = [
    blank,
    line('hourly', hourly === null ? glyphs.dash : price(hourly.amount, hourly.currency, 4), hourly !== null),
    line('total', hourly === null || ttlMs === null ? glyphs.dash : price((hourly.amount * ttlMs) / 3_600_000, hourly.currency, 2), hourly !== null),
  ];
  return [...rows, ...cost];
}
