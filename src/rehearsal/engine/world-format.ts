import type { WorldRecord } from './change.ts';
import { damagedWorld, newerWorld } from './world-problem.ts';
import type { WorldSnapshot } from './world-state.ts';

const version = 1;

/** First line of a part of the journal. */
export interface JournalHeader {
  /** Which part it is, from 1. */
  readonly part: number;
  readonly seed: string;
  /** The last record before it. */
  readonly after: number;
}

export function headerLine(header: JournalHeader): string {
  return `${JSON.stringify({ labtui: 'rehearsal-journal', version, ...header })}\n`;
}

/** Throws a LabError where the line is none, or of a newer format. */
export function readHeader(file: string, line: string): JournalHeader {
  const { part, seed, after } = document(file, line, 'rehearsal-journal');
  if (typeof part === 'number' && typeof seed === 'string' && typeof after === 'number') return { part, seed, after };
  throw damagedWorld(file, 'its journal begins wrongly');
}

export function recordLine(record: WorldRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Throws a LabError where the line is no record. */
export function readRecord(file: string, line: string): WorldRecord {
  const value = parsed(file, line);
  if (isRecord(value)) return value;
  throw damagedWorld(file, `a line of its journal is none: ${line.slice(0, 80)}`);
}

export function snapshotText(world: WorldSnapshot): string {
  return `${JSON.stringify({ labtui: 'rehearsal-snapshot', version, world })}\n`;
}

export function readSnapshot(file: string, text: string): WorldSnapshot {
  const { world } = document(file, text, 'rehearsal-snapshot');
  if (isSnapshot(world)) return world;
  throw damagedWorld(file, 'its snapshot is incomplete');
}

function document(file: string, text: string, what: string): Readonly<Record<string, unknown>> {
  const value = parsed(file, text);
  if (!isObject(value) || value.labtui !== what) throw damagedWorld(file, `it is no ${what}`);
  const given = value.version;
  if (typeof given === 'number' && given > version) throw newerWorld(file, given);
  if (given !== version) throw damagedWorld(file, 'its format has no version');
  return value;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damagedWorld(file, `${text.slice(0, 80)} is no JSON`, error);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Only labtui writes these files. The guards tell a foreign or cut file from one of its own; they do not prove every member.
function isRecord(value: unknown): value is WorldRecord {
  if (!isObject(value)) return false;
  const { seq, entry, changes } = value;
  return typeof seq === 'number' && (entry === null || isEntry(entry)) && Array.isArray(changes) && changes.every(isChange);
}

function isEntry(value: unknown): boolean {
  return isObject(value) && typeof value.n === 'number' && typeof value.operation === 'string' && isObject(value.caller);
}

function isChange(value: unknown): boolean {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'put':
      return isResource(value.resource);
    case 'patch':
      return typeof value.id === 'string' && isObject(value.patch);
    case 'remove':
    case 'cancel':
      return typeof value.id === 'string';
    case 'schedule':
      return isTimer(value.timer);
    case 'ids':
      return typeof value.digits === 'number' && typeof value.given === 'number';
    case 'faults':
      return Array.isArray(value.faults);
    case 'clock':
      return isObject(value.clock);
    case 'catalogue':
      return isObject(value.catalogue);
    default:
      return false;
  }
}

function isResource(value: unknown): boolean {
  return isObject(value) && typeof value.cloud === 'string' && typeof value.id === 'string' && isObject(value.tags) && isObject(value.props);
}

function isTimer(value: unknown): boolean {
  return isObject(value) && typeof value.atMs === 'number' && typeof value.id === 'string' && typeof value.what === 'string';
}

function isSnapshot(value: unknown): value is WorldSnapshot {
  if (!isObject(value)) return false;
  const { seed, seq, calls, clock, catalogue, ids, faults, resources, timers } = value;
  return (
    typeof seed === 'string' &&
    typeof seq === 'number' &&
    typeof calls === 'number' &&
    isObject(clock) &&
    isObject(catalogue) &&
    Array.isArray(ids) &&
    Array.isArray(faults) &&
    Array.isArray(resources) &&
    resources.every(isResource) &&
    Array.isArray(timers) &&
    timers.every(isTimer)
  );
}
