import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { awsFacts } from '../../src/clouds/aws/facts.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { type FakeLab, fakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';
import type { ApplyStep } from '../support/fake-terraform.ts';

const id = 'lab-bbbbbb';
const [cheapest = '', next = ''] = awsFacts.instanceTypes
  .filter(({ arch, vcpu, memoryGb }) => arch === 'amd64' && (vcpu ?? 0) >= 2 && (memoryGb ?? 0) >= 4)
  .toSorted((a, b) => (a.hourlyPrice ?? Infinity) - (b.hourlyPrice ?? Infinity) || a.rank - b.rank)
  .map(({ type }) => type);

const fails = (error: string): ApplyStep => ({ error, created: false });
const soldOut = fails('SoldOut');

interface Tried extends FakeLab {
  /** What stood in cdk.tf.json and in session.json when Terraform was started, apply by apply. */
  readonly places: string[];
}

function labOf(apply: readonly (ApplyStep | undefined)[], options: FakeLabOptions & { readonly onApply?: (count: number) => void } = {}): Tried {
  const places: string[] = [];
  const onApply = (directory: string): void => {
    const { where } = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as { where: string };
    const { stacks } = JSON.parse(readFileSync(join(directory, '../../session.json'), 'utf8')) as { stacks: { aws: { plan: { instanceType: string; zone: string; spot: { enabled: boolean } } } } };
    const { instanceType, zone, spot } = stacks.aws.plan;
    expect(`${instanceType} in ${zone}${spot.enabled ? ', spot' : ''}`).toBe(where);
    places.push(where);
    options.onApply?.(places.length);
  };
  return Object.assign(fakeLab({ ...options, terraform: { ...options.terraform, apply, onApply } }), { places });
}

function applyTo(lab: FakeLab, fields: Readonly<Record<string, unknown>> = {}, over: { readonly ask?: boolean; readonly maxHourly?: number; readonly signal?: AbortSignal; readonly session?: string; readonly create?: boolean } = {}) {
  const request = { profile: profileOf({ region: 'eu-north-1', ...fields }), userData: null, maxHourly: over.maxHourly ?? null, requireProtection: false };
  return applyLab(
    {
      lab: over.session === undefined ? request : { session: over.session, replan: null },
      autoApprove: over.ask !== true,
      parallelism: null,
      create: over.create ?? true,
      sink: (event) => lab.sink(event),
      signal: over.signal ?? new AbortController().signal,
      timeoutMs: null,
    },
    lab.ports,
  );
}

const errorsOf = (lab: FakeLab) => lab.ofType('diagnostic').filter(({ severity }) => severity === 'error');
const fallbacksOf = (lab: FakeLab) => lab.ofType('fallback').map(({ from, to }) => `${from} -> ${to}`);

describe('an apply that finds no room', () => {
  it('goes on in another zone: recorded and written before Terraform starts again, told as a fallback, ready in the end', async () => {
    const lab = labOf([soldOut]);
    expect(await applyTo(lab)).toMatchObject({ exitCode: 0, hosts: [{ stage: 'ready' }], stacks: { aws: { phase: 'ready', exitCode: 0, stands: true } } });
    expect(lab.places).toEqual([`${cheapest} in eu-north-1b`, `${cheapest} in eu-north-1a`]);
    expect(lab.ofType('fallback')).toMatchObject([{ stack: 'aws', from: 'eu-north-1b', to: 'eu-north-1a', reason: 'SoldOut here' }]);
    expect(errorsOf(lab)).toEqual([]);
    expect(lab.terraform.calls).toEqual(['init', 'apply', 'apply']);
    expect(lab.ofType('plan').at(-1)?.target.zone).toBe('eu-north-1a');
  });

  it('takes the zone first that the refusal names', async () => {
    const lab = labOf([fails('SoldOut try eu-north-1c')]);
    await applyTo(lab);
    expect(lab.places.at(-1)).toBe(`${cheapest} in eu-north-1c`);
  });

  it('takes the next type after two zones, or at once where the region has none, and ends after three further attempts (5)', async () => {
    const lab = labOf([soldOut, soldOut, soldOut, soldOut, undefined]);
    expect(await applyTo(lab)).toMatchObject({ exitCode: 5, stacks: { aws: { phase: 'destroyed', exitCode: 5, stands: false } } });
    expect(lab.places).toEqual([`${cheapest} in eu-north-1b`, `${cheapest} in eu-north-1a`, `${next} in eu-north-1a`, `${next} in eu-north-1b`]);
    expect(errorsOf(lab)).toMatchObject([{ kind: 'capacity', code: 'SoldOut' }]);

    const region = labOf([fails('SoldOutEverywhere')]);
    expect(await applyTo(region)).toMatchObject({ exitCode: 0 });
    expect(fallbacksOf(region)).toEqual([`${cheapest} -> ${next}`]);
  });

  it('changes nothing that the user named', async () => {
    const zone = labOf([soldOut, soldOut]);
    expect(await applyTo(zone, { zone: 'eu-north-1a', instanceType: cheapest })).toMatchObject({ exitCode: 5 });
    expect(zone.places).toHaveLength(1);
    const type = labOf([fails('SoldOutEverywhere')]);
    expect(await applyTo(type, { instanceType: cheapest })).toMatchObject({ exitCode: 5 });
    expect(type.places).toHaveLength(1);
    const zoneOnly = labOf([soldOut]);
    expect(await applyTo(zoneOnly, { zone: 'eu-north-1a' })).toMatchObject({ exitCode: 0 });
    expect(zoneOnly.places).toEqual([`${cheapest} in eu-north-1a`, `${next} in eu-north-1a`]);
  });

  it('tries nothing else where something other than room is missing', async () => {
    const lab = labOf([fails('Quota')]);
    expect(await applyTo(lab)).toMatchObject({ exitCode: 5 });
    expect(lab.places).toHaveLength(1);
    expect(lab.ofType('fallback')).toEqual([]);
  });

  it('says first why it moved where a further attempt fails for another reason', async () => {
    const lab = labOf([soldOut, fails('Quota')]);
    expect(await applyTo(lab)).toMatchObject({ exitCode: 5 });
    expect(errorsOf(lab)).toMatchObject([{ kind: 'capacity' }, { kind: 'quota' }]);
  });

  it('makes no further attempt after an interrupt', async () => {
    const controller = new AbortController();
    const lab = labOf([soldOut], { onApply: () => controller.abort('SIGINT') });
    expect(await applyTo(lab, {}, { signal: controller.signal })).toMatchObject({ exitCode: 130 });
    expect(lab.places).toHaveLength(1);
    expect(lab.ofType('fallback')).toEqual([]);
  });

  it('never shows a smaller percentage than before', async () => {
    const lab = labOf([{ error: 'SoldOut', created: true }]);
    await applyTo(lab);
    const percents = lab.ofType('phase').filter(({ stack }) => stack === 'aws').map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  it('leaves what is written alone where a session goes on as it is', async () => {
    const lab = labOf([soldOut]);
    await applyTo(lab, {}, { create: false });
    expect(await applyTo(lab, {}, { session: id })).toMatchObject({ exitCode: 5 });
    expect(lab.places).toHaveLength(1);
  });
});

describe('spot', () => {
  const spot = (more: object = {}) => ({ spot: { enabled: true, ...more } });

  it('is tried in a second zone and then given up for on demand, as the profile says', async () => {
    const lab = labOf([soldOut, soldOut]);
    expect(await applyTo(lab, spot())).toMatchObject({ exitCode: 0 });
    expect(lab.places).toEqual([`${cheapest} in eu-north-1b, spot`, `${cheapest} in eu-north-1a, spot`, `${cheapest} in eu-north-1a`]);
    expect(fallbacksOf(lab)).toEqual(['eu-north-1b -> eu-north-1a', 'spot -> on-demand']);
  });

  it('is given up at once for its price or limit, and after spot.timeout', async () => {
    const dear = labOf([fails('TooDear')]);
    expect(await applyTo(dear, spot())).toMatchObject({ exitCode: 0 });
    expect(fallbacksOf(dear)).toEqual(['spot -> on-demand']);

    const late: Tried = labOf([soldOut], { onApply: () => void late.ports.sleep(20_000) });
    expect(await applyTo(late, spot({ timeout: '10s' }))).toMatchObject({ exitCode: 0 });
    expect(fallbacksOf(late)).toEqual(['spot -> on-demand']);
  });

  it('stays spot with fallback: fail, in other places only', async () => {
    const lab = labOf([soldOut, soldOut, soldOut, soldOut]);
    expect(await applyTo(lab, spot({ fallback: 'fail' }))).toMatchObject({ exitCode: 5 });
    expect(lab.places).toHaveLength(4);
    expect(lab.places.every((place) => place.endsWith(', spot'))).toBe(true);
    const dear = labOf([fails('TooDear')]);
    expect(await applyTo(dear, spot({ fallback: 'fail' }))).toMatchObject({ exitCode: 5 });
    expect(dear.places).toHaveLength(1);
  });

  it('falls back before anything is created, too, where the cloud has none of it', async () => {
    const lab = labOf([], { cloud: { refusals: { spot: { kind: 'quota', summary: 'no spot quota', holdsFor: 'spot' } } } });
    expect(await applyTo(lab, spot())).toMatchObject({ exitCode: 0 });
    expect(lab.places).toEqual([`${cheapest} in eu-north-1b`]);
    expect(lab.ofType('fallback')).toMatchObject([{ from: 'spot', to: 'on-demand', reason: 'no spot quota' }]);
    const strict = labOf([], { cloud: { refusals: { spot: { kind: 'quota', summary: 'no spot quota', holdsFor: 'spot' } } } });
    expect(await applyTo(strict, spot({ fallback: 'fail' }))).toMatchObject({ exitCode: 5 });
  });
});

describe('the price of another type', () => {
  const dearer = { cloud: { prices: { [cheapest]: 0.04, [next]: 0.05 } } };
  const everywhere = [fails('SoldOutEverywhere')];

  it('keeps to --max-hourly', async () => {
    const over = labOf(everywhere, dearer);
    expect(await applyTo(over, {}, { maxHourly: 0.045 })).toMatchObject({ exitCode: 5 });
    expect(over.places).toHaveLength(1);
    const under = labOf(everywhere, dearer);
    expect(await applyTo(under, {}, { maxHourly: 0.06 })).toMatchObject({ exitCode: 0 });
  });

  it('is not above the one that somebody said yes to, unless a limit allows it', async () => {
    const asked = labOf(everywhere, { ...dearer, answer: true });
    expect(await applyTo(asked, {}, { ask: true })).toMatchObject({ exitCode: 5 });
    expect(asked.places).toHaveLength(1);
    const limited = labOf(everywhere, { ...dearer, answer: true });
    expect(await applyTo(limited, {}, { ask: true, maxHourly: 0.06 })).toMatchObject({ exitCode: 0 });
    const same = labOf(everywhere, { answer: true });
    expect(await applyTo(same, {}, { ask: true })).toMatchObject({ exitCode: 0 });
    expect(same.terraform.calls).toEqual(['init', 'plan', 'apply labtui.tfplan', 'apply']);
    const zone = labOf([soldOut], { ...dearer, answer: true });
    expect(await applyTo(zone, {}, { ask: true })).toMatchObject({ exitCode: 0 });
  });
});

describe('several stacks', () => {
  const two = { cloud: ['aws:eu-west-1', 'aws:us-east-1'], region: 'auto' };
  const refusal = { kind: 'credentials', summary: 'the sign-in has expired' } as const;

  it('fail alone at the look-up: the others are made, the result says which is which (4)', async () => {
    const lab = fakeLab({ cloud: { refusals: { 'eu-west-1': refusal } } });
    expect(await applyTo(lab, two)).toMatchObject({
      ok: false,
      exitCode: 4,
      hosts: [{ region: 'us-east-1' }],
      stacks: { 'aws-us-east-1': { phase: 'ready', exitCode: 0, stands: true }, 'aws-eu-west-1': { phase: 'failed', exitCode: 4, stands: false } },
    });
    expect(errorsOf(lab)).toMatchObject([{ stack: 'aws-eu-west-1', summary: refusal.summary }]);
    expect(lab.terraform.calls).not.toContain('destroy');
  });

  it('leave nothing where none can be looked up, with each refusal told once', async () => {
    const lab = fakeLab({ cloud: { refusals: { 'eu-west-1': refusal, 'us-east-1': { kind: 'image', summary: 'no image' } } } });
    expect(await applyTo(lab, two)).toMatchObject({ exitCode: 4, phase: 'failed' });
    expect(errorsOf(lab).map(({ summary }) => summary)).toEqual(['no image', refusal.summary]);
    expect(lab.terraform.calls).toEqual([]);
  });
});
