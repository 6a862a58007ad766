import { describe, expect, it } from 'vitest';
import { accountHere, requireHere } from '../../../src/clouds/local/account.ts';
import { classify } from '../../../src/clouds/local/errors.ts';
import { fitToHost } from '../../../src/clouds/local/host-size.ts';
import { fallbacksOf, hostsOf } from '../../../src/clouds/local/hosts.ts';
import { ownHostInstanceTypes } from '../../../src/clouds/local/instance-types.ts';
import type { StateResource } from '../../../src/core/cloud.ts';
import { LabError } from '../../../src/core/errors.ts';
import { localDiagnostic } from '../../../src/local/provider/local-provider.ts';
import { thisComputer } from '../../../src/platform/computer-identity.ts';

const gib = 1024 ** 3;
const lab = ownHostInstanceTypes.find(({ tiers }) => tiers.includes('lab'))!;

describe('a size on this computer', () => {
  it('is as asked for where there is room', () => {
    expect(fitToHost(lab, 1, false, { cpus: 4, freeBytes: 8 * gib })).toEqual({ type: { type: 'vm-2x4', vcpu: 2, memoryGb: 4 }, fallback: null });
  });

  it('of a tier becomes what fits all machines, and says so', () => {
    expect(fitToHost(lab, 2, false, { cpus: 1, freeBytes: 5 * gib })).toEqual({
      type: { type: 'vm-1x2', vcpu: 1, memoryGb: 2 },
      fallback: { type: 'fallback', from: 'vm-2x4', to: 'vm-1x2', reason: 'this computer has 1 processor and 5.0 GiB of free memory' },
    });
  });

  it('that the user named stands, or is refused; so is what leaves less than 1 GiB each', () => {
    expect(fitToHost(lab, 1, true, { cpus: 1, freeBytes: 8 * gib }).type).toMatchObject({ vcpu: 2, memoryGb: 4 });
    expect(() => fitToHost(lab, 1, true, { cpus: 4, freeBytes: 3 * gib })).toThrow('vm-2x4 (4 GiB) do not fit: 3.0 GiB of memory are free on this computer');
    expect(() => fitToHost(lab, 3, false, { cpus: 4, freeBytes: 3 * gib })).toThrow('3 machines of vm-2x4');
  });
});

const machine = (attributes: Readonly<Record<string, unknown>>): StateResource => ({ address: 'local_machine.vm', type: 'local_machine', id: 'vm-1', name: null, tainted: false, attributes });

describe('machines in a state', () => {
  it('are reached on this computer, each on a port of its own; one that is off has none', () => {
    const running = machine({ name: 'lab-local', status: 'running', address: '127.0.0.1', network_address: '10.77.0.10', ssh_port: 40_022, accelerator_reason: null });
    expect(hostsOf([running])).toEqual([{ name: 'lab-local', instanceId: 'vm-1', state: 'running', zone: 'local', publicIp: '127.0.0.1', publicDns: null, privateIp: '10.77.0.10', port: 40_022 }]);
    expect(hostsOf([machine({ name: 'lab-local', status: 'stopped', address: '127.0.0.1', ssh_port: null })])[0]).toMatchObject({ state: 'stopped' });
    expect(hostsOf([machine({ name: 'lab-local', status: 'stopped' })])[0]).not.toHaveProperty('port');
  });

  it('that are emulated because KVM does not work say so once', () => {
    const slow = machine({ name: 'a', accelerator_reason: 'guests stand still' });
    expect(fallbacksOf([slow, slow])).toEqual([{ type: 'fallback', from: 'KVM', to: 'emulation', reason: 'guests stand still' }]);
    expect(fallbacksOf([machine({ name: 'a', accelerator_reason: null })])).toEqual([]);
  });
});

describe('what the provider says', () => {
  it.each([
    [{ kind: 'conflict', code: 'PortTaken', summary: 'port 8080 of this computer is taken', hint: 'choose another' }],
    [{ kind: 'prerequisite', code: 'OtherComputer', summary: 'this machine is on far-away', hint: 'run labtui there' }],
    [{ kind: 'image', summary: 'x.qcow2 is not the image that was named', hint: 'get it again', detail: 'named a\nfound b' }],
  ] as const)('is understood as it was meant: %o', (problem) => {
    const { summary = '', detail = '' } = localDiagnostic(new LabError(problem)) ?? {};
    const { kind, code, summary: said, hint } = classify(`${summary}\n${detail}`) ?? {};
    expect({ kind, code, summary: said, hint }).toEqual({ kind: problem.kind, code: 'code' in problem ? problem.code : undefined, summary: problem.summary, hint: problem.hint });
  });

  it('is left to the rules of Terraform where it is not its own', () => {
    expect(classify('Error acquiring the state lock: x')).toMatchObject({ kind: 'state' });
    expect(classify('Something: else')).toBeNull();
  });
});

describe('the account', () => {
  it('is this user on this computer, whatever that is called meanwhile', () => {
    expect(() => requireHere(accountHere())).not.toThrow();
    expect(() => requireHere(null)).not.toThrow();
    expect(() => requireHere(accountHere().replace(/@[^#]*/, '@renamed'))).not.toThrow();
  });

  it.skipIf(thisComputer().machine === null)('of another computer is refused with where to go', () => {
    expect(() => requireHere('me@far-away#00000000')).toThrow('these machines are on far-away, not on this computer');
  });
});
