import type { CloudId } from '../../src/core/clouds.ts';
import { type ErrorKind, exitCodes } from '../../src/core/errors.ts';
import type { LabEvent } from '../../src/core/events.ts';
import type { FaultKind } from '../../src/rehearsal/engine/fault.ts';
import { regionOf, resultOf, type SimulatedResource } from '../support/rehearsal.ts';
import type { Finished } from '../support/labtui.ts';
import type { FaultPhase } from './fault-table.ts';

/** What came of a fault, in labtui's own words; what differs from run to run has a name in capitals. */
export interface Outcome {
  readonly fault: FaultKind;
  readonly cloud: CloudId;
  readonly phase: FaultPhase;
  readonly exitCode: number;
  readonly kind: ErrorKind | null;
  readonly says: readonly string[];
  readonly hint: string | null;
  /** `session`: nothing in the cloud, but labtui could not prove it. */
  readonly left: 'nothing' | 'session' | 'lab' | 'machine' | 'rest';
}

/** A machine, in each cloud's words. */
const machines: ReadonlySet<string> = new Set(['instance', 'virtualMachines']);

/** What a run has shown, and what the simulated clouds hold after it. */
export function outcomeOf(run: Finished, session: string, left: readonly SimulatedResource[], cell: Pick<Outcome, 'fault' | 'cloud' | 'phase'>): Outcome {
  const { exitCode } = resultOf(run);
  const errors = run.events.flatMap((event) => (event.type === 'diagnostic' && event.severity === 'error' ? [event] : []));
  const plain = (text: string): string => withoutChance(text, session, cell.cloud);
  const [first] = errors;
  const hint = first?.hint ?? null;
  return {
    ...cell,
    exitCode,
    kind: first?.kind ?? null,
    says: first === undefined ? [...new Set(run.events.flatMap((event) => remarkIn(event)))].map(plain) : [plain(first.summary)],
    hint: hint === null ? null : plain(hint),
    left: whatIsLeft(exitCode, left),
  };
}

function whatIsLeft(exitCode: number, left: readonly SimulatedResource[]): Outcome['left'] {
  if (left.length === 0) return exitCode === exitCodes.leftBehind ? 'session' : 'nothing';
  if (exitCode === exitCodes.done) return 'lab';
  return left.some(({ kind }) => machines.has(kind)) ? 'machine' : 'rest';
}

/** What is said on the way of a run that goes well. */
function remarkIn(event: LabEvent): readonly string[] {
  if (event.type === 'fallback') return [`${event.from} -> ${event.to}: ${event.reason}`];
  if (event.type === 'diagnostic') return [event.summary];
  return event.type === 'log' && (event.level === 'warn' || event.level === 'error') ? [event.message] : [];
}

/** The same text, whichever session, machine, address and zone it was, and at whatever time. */
export function withoutChance(text: string, session: string, cloud: CloudId): string {
  const zones = new RegExp(`\\b${regionOf[cloud] ?? ''}-?[a-c1-3]\\b`, 'g');
  const met = [...new Set(text.match(zones) ?? [])];
  return text
    .replaceAll(session, 'SESSION')
    .replaceAll(/\bf-[a-z-]+\b/g, 'MACHINE')
    .replaceAll(/\bsku=[0-9a-f]{25}\b/g, 'sku=ID')
    .replaceAll(zones, (zone) => (met.indexOf(zone) === 0 ? 'ZONE' : `ZONE-${met.indexOf(zone) + 1}`))
    .replaceAll(/\b(?:i|vpc|subnet|sg|igw|eni|vol|rtb)-[0-9a-f]{8,17}\b/g, 'ID')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, 'ADDRESS')
    .replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.-]+Z/g, 'TIME')
    .replaceAll(/\b\d+(?:\.\d+)? (?:min|s|h)\b/g, 'TIME');
}
