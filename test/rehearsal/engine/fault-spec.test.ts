import { describe, expect, it } from 'vitest';
import { errorKinds, exitCodeOf, exitCodes, LabError } from '../../../src/core/errors.ts';
import { faultKinds } from '../../../src/rehearsal/engine/fault.ts';
import { explainFaults } from '../../../src/rehearsal/engine/fault-guide.ts';
import { clouds } from '../../../src/clouds/registry.ts';
import * as faultSpec from '../../../src/rehearsal/engine/fault-spec.ts';
import type { Fault } from '../../../src/rehearsal/engine/fault.ts';
import { faultAliases } from '../../../src/rehearsal/engine/fault-words.ts';

const parseFaultSpec = (text: string): Fault => faultSpec.parseFaultSpec(text, clouds.ids);
const parseFaultList = (values: readonly string[]): readonly Fault[] => faultSpec.parseFaultList(values, clouds.ids);

const anywhere = { cloud: null, operation: null, region: null, zone: null, call: 1, times: null, afterMs: null, durationMs: null };

function refusalOf(text: string): LabError {
  try {
    parseFaultSpec(text);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  return expect.unreachable(`"${text}" was accepted`);
}

describe('a fault as it is typed', () => {
  it('is its kind alone, or its kind with where, when and how often', () => {
    expect(parseFaultSpec('quota')).toEqual({ ...anywhere, kind: 'quota', spec: 'quota' });
    const spec = 'capacity,cloud=aws,operation=RunInstances,region=eu-north-1,zone=eu-north-1a,call=2,times=3,after=1m30s';
    expect(parseFaultSpec(` ${spec} `)).toEqual({
      kind: 'capacity',
      spec,
      cloud: 'aws',
      operation: 'RunInstances',
      region: 'eu-north-1',
      zone: 'eu-north-1a',
      call: 2,
      times: 3,
      afterMs: 90_000,
      durationMs: null,
    });
    expect(parseFaultSpec('slow,for=20s')).toMatchObject({ kind: 'slow', durationMs: 20_000, afterMs: null });
    expect(parseFaultSpec('expired,after=0s')).toMatchObject({ afterMs: 0 });
  });

  it('may have a colon or an at after its kind, spaces, capitals, and a cloud without its key', () => {
    const quota = { kind: 'quota', cloud: 'gcp', zone: 'europe-north1-b' };
    for (const spec of ['quota:cloud=gcp,zone=europe-north1-b', 'quota@gcp,zone=europe-north1-b', 'QUOTA, Cloud = GCP , zone = europe-north1-b,']) {
      expect(parseFaultSpec(spec), spec).toMatchObject(quota);
    }
    const azure = 'permission,operation=Microsoft.Compute/virtualMachines/write';
    expect(parseFaultSpec(azure)).toMatchObject({ operation: 'Microsoft.Compute/virtualMachines/write' });
  });

  it('meets as often as its kind usually does, and what the user says wins', () => {
    expect(parseFaultSpec('quota').times).toBeNull();
    expect(parseFaultSpec('provider-crash').times).toBe(1);
    expect(parseFaultSpec('provider-crash,times=all').times).toBeNull();
    expect(parseFaultSpec('quota,times=1').times).toBe(1);
  });

  it('has other names', () => {
    const kindOf = (word: string): string => parseFaultSpec(word).kind;
    expect(kindOf('sold-out')).toBe('capacity');
    expect(kindOf('auth@aws')).toBe('credentials');
    expect(kindOf('Spot_Interruption')).toBe('preemption');
    for (const [alias, kind] of faultAliases) {
      expect(kindOf(alias)).toBe(kind);
      expect(faultKinds, `${alias} is a kind of its own`).not.toContain(alias);
    }
  });

  it.each([
    ['', /begins with its kind/],
    [',cloud=aws', /begins with its kind/],
    ['capasity', /unknown fault "capasity", did you mean "capacity"\?/],
    ['expired-credential', /did you mean "expired-credentials"\?/],
    ['constructor', /^unknown fault "constructor"/],
    ['quota,clod=aws', /unknown key "clod", did you mean "cloud"\?/],
    ['quota,cloud=asw', /unknown cloud "asw", did you mean "aws"\?/],
    ['quota@asure', /unknown key "asure", did you mean "azure"\?/],
    ['quota,zone=', /"zone" has no value/],
    ['quota,zone', /"zone" has no value/],
    ['quota,zone=a,zone=b', /"zone" is there twice/],
    ['quota,call=0', /call=0 is no number from 1 on$/],
    ['quota,call=all', /call=all is no number from 1 on$/],
    ['quota,times=-1', /times=-1 is no number from 1 on, nor "all"/],
    ['quota,times=1.5', /times=1\.5 is no number/],
    ['expired,after=90', /after=90 is no duration/],
    ['slow,for=0s', /for=0s is no duration/],
    ['quota,for=2m', /quota takes no time of its own/],
  ])('is refused when it makes no sense: "%s"', (text, message) => {
    const refusal = refusalOf(text);
    expect(refusal.message).toMatch(message);
    expect(refusal.problem.hint).toBeTruthy();
    expect(refusal.exitCode ?? exitCodeOf(refusal.problem.kind, 'before-creation')).toBe(3);
  });
});

describe('several faults', () => {
  it('come from repeated flags, or from one text with semicolons', () => {
    const specs = parseFaultList(['quota,cloud=aws; slow,for=2s ;', 'network', '']).map(({ spec }) => spec);
    expect(specs).toEqual(['quota,cloud=aws', 'slow,for=2s', 'network']);
    expect(parseFaultList([])).toEqual([]);
    expect(() => parseFaultList(['quota;capasity'])).toThrow('did you mean "capacity"?');
  });
});

describe('the guide to faults', () => {
  it('explains every kind with an example that can be typed, its diagnostic and its exit code', () => {
    const explained = explainFaults();
    expect(explained.map(({ fault }) => fault)).toEqual(faultKinds);
    for (const { fault, example, kind, exitCode, what, where } of explained) {
      expect(parseFaultSpec(example)).toMatchObject({ kind: fault, spec: example });
      expect(`${what}${where}`, fault).not.toMatch(/\n/);
      if (kind === null) {
        expect(exitCode, fault).toBe(0);
        continue;
      }
      expect(errorKinds).toContain(kind);
      expect([exitCodeOf(kind, 'before-creation'), exitCodeOf(kind, 'after-creation'), exitCodes.leftBehind], fault).toContain(exitCode);
    }
  });
});
