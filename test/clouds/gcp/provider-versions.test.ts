import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../../src/clouds/gcp/stack.ts';
import { loadSchema, type ProviderSchema, schemaProblems } from '../../support/schema-check.ts';
import { stackInput } from './stack-inputs.ts';
import { variants } from './stack-variants.ts';

const oldest = await loadSchema('google');

/** Resources whose schemas were compared between the two versions. */
const compared = ['network', 'subnetwork', 'firewall', 'address', 'instance', 'disk'].map((name) => `google_compute_${name}`);

/** 7.45 as it differs from 6.50 in what was compared (2026-11-20): a new optional attribute everywhere, one gone from subnetworks. */
const newest: ProviderSchema = {
  ...oldest,
  version: '7.45.0',
  resources: Object.fromEntries(
    Object.entries(oldest.resources)
      .filter(([type]) => compared.includes(type))
      .map(([type, { attributes = {}, blocks }]) => {
        const kept = Object.fromEntries(Object.entries(attributes).filter(([name]) => `${type}.${name}` !== 'google_compute_subnetwork.enable_flow_logs'));
        return [type, { attributes: { ...kept, deletion_policy: { type: 'string', optional: true } }, blocks }];
      }),
  ),
};

const withSubnetAttribute = (name: string, value: unknown): string => {
  const stack = z.looseObject({ resource: z.looseObject({ google_compute_subnetwork: z.object({ subnet: z.record(z.string(), z.unknown()) }) }) }).parse(JSON.parse(synthesize(stackInput())));
  stack.resource.google_compute_subnetwork.subnet[name] = value;
  return JSON.stringify(stack);
};

describe('the Google Cloud stack and the versions of its provider', () => {
  it.each(Object.entries(variants))('uses nothing that 6.50 or 7.45 lacks: %s', (_name, change) => {
    const text = synthesize(stackInput(change));
    expect(schemaProblems(text, oldest)).toEqual([]);
    expect(schemaProblems(text, newest)).toEqual([]);
  });

  it('would be told apart by what differs between them', () => {
    expect(oldest.version).toBe('6.50.0');
    expect(schemaProblems(withSubnetAttribute('enable_flow_logs', true), oldest)).toEqual([]);
    expect(schemaProblems(withSubnetAttribute('enable_flow_logs', true), newest)).toEqual(['google_compute_subnetwork.subnet.enable_flow_logs: unknown']);
    expect(schemaProblems(withSubnetAttribute('deletion_policy', 'DELETE'), oldest)).toEqual(['google_compute_subnetwork.subnet.deletion_policy: unknown']);
    expect(schemaProblems(withSubnetAttribute('deletion_policy', 'DELETE'), newest)).toEqual([]);
  });

  it('asks for a range that holds both', () => {
    const { terraform } = z.object({ terraform: z.object({ required_providers: z.object({ google: z.object({ version: z.string() }) }) }) }).parse(JSON.parse(synthesize(stackInput())));
    const [from, below] = [...terraform.required_providers.google.version.matchAll(/(\d+)\.(\d+)\.\d+/g)].map(([, major, minor]) => Number(major) * 1_000 + Number(minor));
    for (const version of [6_050, 7_045]) expect(version >= (from ?? Infinity) && version < (below ?? 0)).toBe(true);
  });
});
