import type { Host } from '../../../core/events.ts';
import type { Shared } from '../../model/screen.ts';
import { type Glyphs, glyphsFor } from '../../theme.ts';
import type { Span } from '../../widgets/line.tsx';
import { logSpans } from '../run/log-lines.ts';
import type { LogLine } from '../run/progress.ts';
import type { SessionState } from './state.ts';

type Lines = readonly (readonly Span[])[];

/** Lines of which only those that are seen are made. */
export interface ManyLines {
  readonly length: number;
  slice(from: number, to: number): Lines;
}

const quiet = (text: string): Lines => [[{ text: ` ${text}`, tone: 'dim' }]];

/** All lines of the tab that is open; the view shows those that fit. */
export function tabLines(state: SessionState, shared: Shared): ManyLines {
  const glyphs = glyphsFor(shared.facts.unicode);
  switch (state.tab) {
    case 'hosts':
      return state.hosts === null ? quiet('reading') : state.hosts.length === 0 ? quiet('it has no machine') : state.hosts.flatMap((host) => hostLines(host, state.session, glyphs));
    case 'inventory':
      return inventoryLines(state);
    case 'events':
      return eventLines(state);
    case 'plan':
      return planLines(state);
    case 'terraform':
      return fileLines(state);
    case 'console':
    case 'receipt': {
      const lines = state.texts[state.tab];
      return lines === undefined ? quiet('reading') : lines.map((text): readonly Span[] => [{ text: ` ${text}` }]);
    }
  }
}

function hostLines(host: Host, session: string, glyphs: Glyphs): Lines {
  const { name, state, stage, reason, publicIp, privateIp, zone, instanceId, user, port, hostKeyFingerprint, hostKeyTrust } = host;
  const ready = stage === 'ready';
  const off = state === 'stopped' || state === 'terminated';
  const pair = (label: string, value: string): readonly Span[] => [{ text: `     ${label.padEnd(10)}`, tone: 'dim' }, { text: value }];
  return [
    [{ text: ` ${ready ? glyphs.ready : off ? glyphs.stopped : glyphs.working} `, tone: ready ? 'good' : off ? 'dim' : 'accent' }, { text: name, tone: 'strong' }, { text: `   ${state}${stage === null ? '' : `, ${stage}`}${reason === null ? '' : `: ${reason}`}`, tone: 'dim' }],
    pair('ssh', `labtui ssh ${session} --host ${name}   (${user}@${publicIp ?? glyphs.dash}${port === 22 ? '' : `:${port}`})`),
    pair('address', `${publicIp ?? glyphs.dash}   inside ${privateIp ?? glyphs.dash}`),
    pair('instance', `${instanceId ?? glyphs.dash}   ${zone ?? ''}`),
    pair('host key', hostKeyFingerprint === null ? 'not known yet' : `${hostKeyTrust ?? 'trust unknown'}   ${hostKeyFingerprint}`),
    [],
  ];
}

function inventoryLines({ inventory }: SessionState): Lines {
  if (inventory === null) return quiet('reading');
  if (inventory.length === 0) return quiet('nothing is in its Terraform state');
  const width = Math.max(...inventory.map(({ address }) => address.length));
  return inventory.map(({ stack, address, id }): readonly Span[] => [{ text: ` ${stack.padEnd(8)} `, tone: 'accent' }, { text: address.padEnd(width) }, { text: `  ${id ?? ''}`, tone: 'dim' }]);
}

function eventLines({ history, filter }: SessionState): ManyLines {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  const shown = words.length === 0 ? history : filtered(history, words);
  if (shown.length === 0) return quiet(words.length === 0 ? 'no event yet' : 'no event has that in it');
  return { length: shown.length, slice: (from, to) => shown.slice(from, to).map(logSpans) };
}

/** What was last looked for in a list of events: keys and view look for the same within one frame. */
const found = new WeakMap<readonly LogLine[], { readonly words: string; readonly lines: readonly LogLine[] }>();

function filtered(history: readonly LogLine[], words: readonly string[]): readonly LogLine[] {
  const last = found.get(history);
  if (last?.words === words.join(' ')) return last.lines;
  const lines = history.filter(({ text, stack, level }) => {
    const haystack = `${text} ${stack ?? ''} ${level}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
  found.set(history, { words: words.join(' '), lines });
  return lines;
}

function planLines({ progress }: SessionState): Lines {
  const plans = [...progress.stacks.values()].filter(({ plan }) => plan !== null);
  if (plans.length === 0) return quiet('its last run made no plan');
  return plans.flatMap(({ id, plan }): Lines => {
    if (plan === null) return [];
    const cost = plan.hourlyCost === null ? 'price unknown' : `${plan.hourlyCost.toFixed(4)} ${plan.currency ?? ''} per hour`;
    return [
      [{ text: ` ${id}`, tone: 'strong' }, { text: `   ${plan.add} to create, ${plan.change} to change, ${plan.destroy} to destroy   ${cost}`, tone: 'dim' }],
      [{ text: `   ${plan.target.distro} ${plan.target.arch}   ${plan.target.instanceType}   ${plan.target.zone}   ${plan.target.imageName ?? plan.target.imageId}`, tone: 'dim' }],
      ...plan.resources.map(({ address, action }): readonly Span[] => [{ text: `   ${action.padEnd(8)} `, tone: action === 'create' ? 'good' : 'warn' }, { text: address }]),
      [],
    ];
  });
}

function fileLines({ files, file }: SessionState): Lines {
  const open = files[file];
  if (open === undefined) return quiet('it has no file yet');
  const lines = open.text.split('\n');
  const digits = String(lines.length).length;
  return [
    [{ text: ` ${open.name}`, tone: 'strong' }, { text: `   file ${file + 1} of ${files.length}: f shows the next, e opens it in $EDITOR`, tone: 'dim' }],
    ...lines.map((text, index): readonly Span[] => [{ text: ` ${String(index + 1).padStart(digits)} `, tone: 'dim' }, { text: text.replaceAll('\t', '  ') }]),
  ];
}
