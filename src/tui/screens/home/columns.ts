import { formatDuration } from '../../../core/duration.ts';
import type { SessionSummary } from '../../../core/session.ts';
import type { Glyphs, Tone } from '../../theme.ts';
import type { Column } from '../../widgets/columns.ts';
import { type Attention, attentionOf, costSoFar, whyNotUp } from './rows.ts';

const tones: Readonly<Record<Attention, Tone>> = { expired: 'bad', unreadable: 'bad', failed: 'bad', working: 'accent', ready: 'good', asleep: 'dim', ended: 'dim' };

/** The dashboard's table. Name and state stay on the narrowest screen. */
export function homeColumns(glyphs: Glyphs, nowMs: number): readonly Column<SessionSummary>[] {
  return [
    { title: 'NAME', priority: 1, most: 40, value: ({ name, id }) => ({ text: name || id }) },
    { title: 'DISTRO', priority: 4, most: 24, value: ({ distro }) => ({ text: distro.join(' ') || glyphs.dash }) },
    { title: 'WHERE', priority: 3, most: 40, value: (row) => ({ text: whereOf(row) || glyphs.dash }) },
    { title: 'SIZE', priority: 6, most: 22, value: ({ size }) => ({ text: size || glyphs.dash }) },
    { title: 'STATE', priority: 1, value: (row) => ({ text: stateText(row, glyphs, nowMs), tone: tones[attentionOf(row, nowMs)] }) },
    { title: 'AGE', priority: 7, align: 'right', value: ({ createdAt }) => ({ text: createdAt === '' ? glyphs.dash : formatDuration(nowMs - Date.parse(createdAt)), tone: 'dim' }) },
    { title: 'LEFT', priority: 2, align: 'right', value: (row) => leftOf(row, glyphs, nowMs) },
    { title: 'COST', priority: 5, align: 'right', value: (row) => ({ text: costText(row, glyphs, nowMs) }) },
    { title: 'PROTECTED BY', priority: 8, value: ({ protectedBy }) => ({ text: protectedBy.join(' ') || 'nobody', tone: protectedBy.length === 0 ? 'warn' : 'dim' }) },
  ];
}

function whereOf({ clouds, rehearsed }: SessionSummary): string {
  return `${clouds.join(' ')}${rehearsed ? ' (rehearsal)' : ''}`;
}

function stateText(row: SessionSummary, glyphs: Glyphs, nowMs: number): string {
  const attention = attentionOf(row, nowMs);
  switch (attention) {
    case 'expired':
      return `${glyphs.attention} expired`;
    case 'unreadable':
      return `${glyphs.failed} unreadable`;
    case 'failed':
      return `${glyphs.failed} failed`;
    case 'ready':
      return `${glyphs.ready} ready`;
    case 'asleep':
      return `${row.state === 'stopped' ? glyphs.stopped : glyphs.attention} ${whyNotUp(row) ?? row.phase}`;
    case 'ended':
      return `${glyphs.stopped} ${row.phase}`;
    case 'working':
      return `${glyphs.working} ${row.phase}`;
  }
}

function leftOf(row: SessionSummary, glyphs: Glyphs, nowMs: number): { text: string; tone: Tone } {
  if (row.archived || row.problem !== null) return { text: glyphs.dash, tone: 'dim' };
  if (row.expiresAt === null) return { text: 'no TTL', tone: 'warn' };
  const leftMs = Date.parse(row.expiresAt) - nowMs;
  const soon = 15 * 60_000;
  return { text: formatDuration(leftMs), tone: leftMs <= 0 ? 'bad' : leftMs < soon ? 'warn' : 'plain' };
}

function costText(row: SessionSummary, glyphs: Glyphs, nowMs: number): string {
  const cost = costSoFar(row, nowMs);
  return cost === null ? glyphs.dash : `${cost.toFixed(2)} ${row.currency === 'EUR' ? '€' : '$'}`;
}
