import { describe, expect, it } from 'vitest';
import type { ComputeClient } from '../../../src/clouds/gcp/compute-client.ts';
import { moveDeadline } from '../../../src/clouds/gcp/move-deadline.ts';
import { readDeadline } from '../../../src/clouds/gcp/read-deadline.ts';
import { synthesize } from '../../../src/clouds/gcp/stack.ts';
import { stackInput } from './stack-inputs.ts';

type Machine = Readonly<Record<string, unknown>>;

function read(...machines: readonly Machine[]) {
  const resources = machines.map((_, index) => ({ address: `google_compute_instance.vm-${index}`, type: 'google_compute_instance', id: String(index), name: null, tainted: false, attributes: {} }));
  const client: Pick<ComputeClient, 'get'> = { get: (path, answer) => Promise.resolve(answer.parse({ name: `vm-${path}`, ...machines[Number(path)] })) };
  return readDeadline(client as ComputeClient, { sessionId: 's', stackId: 'gcp', resources });
}
const at = (terminationTime: string, instanceTerminationAction = 'DELETE'): Machine => ({ scheduling: { terminationTime, instanceTerminationAction } });

describe("Google Cloud's own deadline", () => {
  it('is when the first machine is deleted, in whatever time zone it is written', async () => {
    expect(await read(at('2026-11-20T14:59:00Z'), at('2026-11-20T06:59:00.000-08:00'), at('2026-11-20T14:58:00Z'))).toEqual({ armed: true, at: '2026-11-20T14:58:00.000Z' });
    expect(await read({ scheduling: { instanceTerminationAction: 'DELETE' }, resourceStatus: { scheduling: { terminationTimestamp: '2026-11-20T14:59:00Z' } } })).toMatchObject({ armed: true });
  });

  it.each([
    ['has no time', [at('2026-11-20T14:59:00Z'), { scheduling: {} }], /vm-1 has no termination time/],
    ['would only be stopped', [at('2026-11-20T14:59:00Z', 'STOP')], /only stopped/],
    ['is not there', [], /no machine/],
  ])('is not armed where one machine %s', async (_, machines, reason) => {
    expect(await read(...machines)).toEqual({ armed: false, reason: expect.stringMatching(reason) as string });
  });

  it('stays in a stack whose labels and metadata are moved: another time would be another machine', () => {
    const before = synthesize(stackInput());
    const [, from = ''] = /\\"labtui-expires\\":\\"([^\\]+)\\"/.exec(before) ?? [];
    const until = new Date(Date.parse(from) + 7_200_000).toISOString();
    const after = moveDeadline(before, { from, until, deadline: undefined });
    const lines = after.split('\n');
    const changed = before.split('\n').flatMap((line, index) => (line === lines[index] ? [] : [lines[index] ?? '']));
    expect(changed.map((line) => /"([^"]+)":/.exec(line)?.[1]).sort()).toEqual(['labtui-expires', 'labtui-tags']);
    expect(after).toContain(`\\"labtui-expires\\":\\"${until}\\"`);
    expect(after.match(/"termination_time": "[^"]+"/g)).toEqual(before.match(/"termination_time": "[^"]+"/g));
  });
});
