import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { destroySession } from '../../src/lab/destroy.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { fakeLab, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const signal = new AbortController().signal;

it('a hundred destroys of one session at once: one does it, all others end well, nothing is done twice', async () => {
  const lab = fakeLab();
  const request = { profile: profileOf({ count: 2 }), userData: null, maxHourly: null, requireProtection: false };
  await applyLab({ lab: request, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal, timeoutMs: null }, lab.ports);

  let inside = 0;
  let most = 0;
  const terraform = {
    ...lab.ports.terraform,
    destroy: async (call: Parameters<typeof lab.ports.terraform.destroy>[0]) => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(400);
      const outcome = await lab.ports.terraform.destroy(call);
      inside -= 1;
      return outcome;
    },
  };
  const runs = await Promise.all(
    Array.from({ length: 100 }, async () => {
      // As a process of its own has it: a store that shares nothing but the disk.
      const sessions = createSessionStore({ root: lab.root, now: () => new Date(), hostName: 'test', pid: process.pid, lockTimes: { waitMs: 170_000 } });
      const events: LabEvent[] = [];
      const result = await destroySession({ id, archived: false, sink: (event) => events.push(event), signal, timeoutMs: null }, { ...lab.ports, terraform, sessions });
      return { result, events };
    }),
  );
  expect(most).toBe(1);
  expect(lab.terraform.calls.filter((call) => call === 'destroy')).toHaveLength(1);
  expect(runs.map(({ result }) => result.exitCode)).toEqual(Array.from({ length: 100 }, () => 0));
  expect(runs.filter(({ events }) => events.some(({ type }) => type === 'receipt'))).toHaveLength(1);
  expect(existsSync(join(lab.root, id))).toBe(false);
  const archived = join(lab.root, '.archive', id);
  expect(readdirSync(archived).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(JSON.parse(readFileSync(join(archived, 'receipt.json'), 'utf8'))).toMatchObject({ found: 2, deleted: 2, left: [] });
  for (const line of readFileSync(join(archived, 'events.ndjson'), 'utf8').trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
});
