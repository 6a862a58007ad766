import type { Tone } from '../../theme.ts';
import type { Span } from '../../widgets/line.tsx';
import type { LogLine } from './progress.ts';

const tones: Readonly<Record<LogLine['level'], Tone>> = { debug: 'dim', info: 'plain', warn: 'warn', error: 'bad' };

/** `12:04:31 aws  text`, times as UTC like in events.ndjson. */
export function logSpans({ timeMs, stack, level, text }: LogLine): readonly Span[] {
  const time = Number.isFinite(timeMs) ? new Date(timeMs).toISOString().slice(11, 19) : '--:--:--';
  return [
    { text: ` ${time} `, tone: 'dim' },
    { text: stack === null ? '' : `${stack} `, tone: 'accent' },
    { text, tone: tones[level] },
  ];
}
