import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { LabEvent } from '../core/events.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';
import { parseEventLine } from './event-lines.ts';
import { pathsIn, placeOf } from './place.ts';

export interface EventLog {
  append(id: string, event: LabEvent): void;
  read(id: string): Promise<readonly LabEvent[]>;
  close(id: string): void;
}

/**
 * events.ndjson of the sessions below a root. A line that cannot be written is lost and reported once per session: an
 * event is no reason to stop Terraform in the midst of creating something.
 */
export function openEventLog(root: string, onLost: (id: string, error: unknown) => void): EventLog {
  const open = new Map<string, number>();
  const reported = new Set<string>();
  const fileOf = (id: string): string => pathsIn(placeOf(root, id).directory).events;

  const close = (id: string): void => {
    const descriptor = open.get(id);
    open.delete(id);
    if (descriptor !== undefined) closeSync(descriptor);
  };
  const descriptorOf = (id: string): number => {
    const descriptor = open.get(id) ?? openForAppend(fileOf(id));
    open.set(id, descriptor);
    return descriptor;
  };
  return {
    append: (id, event) => {
      try {
        appendLine(descriptorOf(id), `${JSON.stringify(event)}\n`);
        // The last line of a run: many sessions may be ended by one process, and a power cut takes none of it back.
        if (event.type === 'result') {
          fsyncSync(descriptorOf(id));
          close(id);
        }
      } catch (error) {
        // What was begun of the line is closed by the next opening.
        close(id);
        if (reported.has(id)) return;
        reported.add(id);
        onLost(id, diskProblem(error, `events.ndjson of ${id}`));
      }
    },
    read: async (id) => {
      const text = await readFile(fileOf(id), 'utf8').catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return '';
        throw diskProblem(error, fileOf(id));
      });
      return text.split('\n').flatMap((line) => parseEventLine(line) ?? []);
    },
    close,
  };
}

function openForAppend(file: string): number {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const descriptor = openSync(file, flags, 0o600);
  try {
    const { size, mode } = fstatSync(descriptor);
    if ((mode & 0o777) !== 0o600) fchmodSync(descriptor, 0o600);
    if (size > 0 && !endsWithNewline(descriptor, size)) appendLine(descriptor, '\n');
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

/** A run that was killed in the midst of a line must not spoil the next one. */
function endsWithNewline(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

function appendLine(descriptor: number, line: string): void {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}
