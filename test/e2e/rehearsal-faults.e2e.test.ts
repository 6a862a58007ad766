import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../src/core/errors.ts';
import { type FaultKind, faultKinds } from '../../src/rehearsal/engine/fault.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, resultOf, simulatedClouds } from '../support/rehearsal.ts';

const skip = skipLoudly('faults in a rehearsal', await missingTools(['terraform']));

interface Row {
  readonly fault: FaultKind;
  /** What the user sees; null: nothing, it goes well. */
  readonly kind: ErrorKind | null;
  readonly exitCode: number;
  readonly hint: RegExp;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly more?: readonly string[];
  /** Where a cloud differs, and why it does in reality. */
  readonly on?: Readonly<Record<string, Partial<Pick<Row, 'kind' | 'exitCode'>>>>;
}

const any = /\S/;
const rows: readonly Row[] = [
  { fault: 'credentials', kind: 'credentials', exitCode: 4, hint: /login|configure|AWS_PROFILE/ },
  { fault: 'expired', kind: 'credentials', exitCode: 7, hint: /login|renew|again/ },
  { fault: 'permission', kind: 'permission', exitCode: 5, hint: /permission|role/ },
  { fault: 'quota', kind: 'quota', exitCode: 5, hint: /--region|--size/ },
  // Another zone has room.
  { fault: 'capacity', kind: null, exitCode: 0, hint: any },
  { fault: 'capacity-region', kind: 'capacity', exitCode: 5, hint: /--zone|--region|--size/ },
  { fault: 'image', kind: 'image', exitCode: 3, hint: any },
  { fault: 'terms', kind: 'terms', exitCode: 5, hint: /accept/ },
  { fault: 'throttled', kind: 'throttled', exitCode: 5, hint: /wait/ },
  { fault: 'conflict', kind: 'conflict', exitCode: 5, hint: any },
  { fault: 'invalid-input', kind: 'invalid-input', exitCode: 3, hint: any },
  { fault: 'address-late', kind: null, exitCode: 0, hint: any },
  { fault: 'address-never', kind: 'not-ready', exitCode: 6, hint: any },
  { fault: 'never-ready', kind: 'not-ready', exitCode: 6, hint: any },
  { fault: 'preemption', kind: 'preempted', exitCode: 5, hint: any, fields: { spot: { enabled: true } } },
  { fault: 'stuck', kind: 'conflict', exitCode: 5, hint: any },
  { fault: 'network', kind: 'network', exitCode: 5, hint: any },
  // EC2 knows a call that is repeated by its client token, and gives the same machine again.
  { fault: 'answer-lost', kind: 'network', exitCode: 5, hint: any, on: { aws: { kind: null, exitCode: 0 } } },
  { fault: 'slow', kind: null, exitCode: 0, hint: any },
  { fault: 'provider-crash', kind: 'state', exitCode: 5, hint: any },
  { fault: 'half-written-state', kind: 'state', exitCode: 5, hint: any },
];

describe.skipIf(skip)('what goes wrong in a cloud: kind, code, hint, exit code, and nothing left', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());

  it('has a row for every fault', () => {
    expect(rows.map(({ fault }) => fault)).toEqual(faultKinds);
  });

  const cases = simulatedClouds.flatMap((cloud) => rows.map((row) => ({ cloud, ...row, ...row.on?.[cloud] })));
  it.concurrent.each(cases)('$cloud: $fault', async ({ cloud, fault, kind, exitCode, hint, fields = {}, more = [] }) => {
    const applied = await applyRehearsed(place, { name: `f-${fault}-${cloud}`, cloud, ...fields }, ['--fault', fault, ...more]);
    const errors = applied.events.flatMap((event) => (event.type === 'diagnostic' && event.severity === 'error' ? [event] : []));
    expect({ exitCode: resultOf(applied).exitCode, kind: errors[0]?.kind ?? null }, JSON.stringify(errors, null, 1)).toEqual({ exitCode, kind });
    expect(applied.exitCode).toBe(exitCode);
    if (kind !== null) expect(errors[0]?.hint).toMatch(hint);
    if (exitCode === 0 || exitCode === 7) {
      const destroyed = await place.run(['destroy', applied.session, '--auto-approve', '--json']);
      expect(resultOf(destroyed).exitCode).toBe(0);
    }
    expect(await leftInClouds(place, applied.session)).toEqual([]);
  });
});
