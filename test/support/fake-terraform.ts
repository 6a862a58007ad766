import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Terraform, TerraformCall, TerraformDiagnostic, TerraformOutcome } from '../../src/core/terraform.ts';

/** What the fake does at each call of a command; `undefined` or a missing entry is success. */
export interface TerraformScript {
  readonly init?: readonly (string | undefined)[];
  readonly plan?: readonly (string | undefined)[];
  readonly apply?: readonly (ApplyStep | undefined)[];
  readonly destroy?: readonly (string | undefined)[];
  /** `gone`: the cloud has nothing of the stack any more. */
  readonly refresh?: readonly (string | undefined)[];
  /** What a plan finds beside what it creates, by address. */
  readonly drift?: Readonly<Record<string, string>>;
  /** Called with the stack's directory before an apply does anything. */
  readonly onApply?: (directory: string) => void;
  /** Called when an apply has begun to hang. */
  readonly onHang?: () => void;
}

export type ApplyStep =
  /** Fails with this error after creating some of it. */
  | { readonly error: string; readonly created: boolean; readonly address?: string }
  /** Runs until it is interrupted, with its machine created. */
  | 'hang'
  /** The same, but the machine does not get into the state. */
  | 'hang-unrecorded';

export interface FakeTerraform extends Terraform {
  readonly calls: string[];
}

/** A terraform that keeps true state files, so that backups, guards and receipts work on the real thing. */
export function fakeTerraform(script: TerraformScript = {}): FakeTerraform {
  const calls: string[] = [];
  let serial = 0;
  const next = <T>(steps: readonly T[] | undefined, name: string): T | undefined =>
    steps?.[calls.filter((call) => call === name || call.startsWith(`${name} `)).length - 1];

  const writeState = async (directory: string, names: readonly string[]): Promise<void> => {
    serial += 1;
    const resources = names.map((name, index) => ({
      mode: 'managed',
      type: 'fake_machine',
      name: `vm-${index + 1}`,
      provider: 'provider["example.test/labtui/fake"]',
      instances: [{ schema_version: 0, attributes: { id: `i-${index + 1}`, tags: { Name: name } } }],
    }));
    const state = { version: 4, terraform_version: '1.11.4', serial, lineage: 'a-lineage', outputs: {}, resources };
    await writeFile(join(directory, 'terraform.tfstate'), JSON.stringify(state));
  };
  const machinesOf = (directory: string): readonly string[] =>
    (JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as { machines: string[] }).machines;

  return {
    calls,
    version: () => Promise.resolve({ product: 'terraform', version: '1.11.4', binary: '/usr/bin/terraform' }),
    settle: () => Promise.resolve(true),
    init: async ({ directory }) => {
      calls.push('init');
      const error = next(script.init, 'init');
      if (error !== undefined) return failed(error);
      await mkdir(join(directory, '.terraform/providers'), { recursive: true });
      await writeFile(join(directory, '.terraform.lock.hcl'), '');
      return done;
    },
    isInitialized: (directory) => Promise.resolve(existsSync(join(directory, '.terraform/providers'))),
    plan: (call) => {
      calls.push('plan');
      const error = next(script.plan, 'plan');
      if (error !== undefined) return Promise.resolve(failed(error));
      if (script.drift === undefined) announce(call, machinesOf(call.directory).length);
      for (const [address, action] of Object.entries(script.drift ?? {})) call.onMessage({ kind: 'planned', address, type: address.split('.')[0] ?? '', action });
      return Promise.resolve(done);
    },
    apply: async (call) => {
      calls.push(call.planFile === null ? 'apply' : `apply ${call.planFile}`);
      script.onApply?.(call.directory);
      const step = next(script.apply, 'apply');
      const machines = machinesOf(call.directory);
      if (call.planFile === null) announce(call, machines.length);
      if (step === 'hang-unrecorded') await writeState(call.directory, []);
      else if (step === undefined || step === 'hang' || step.created) {
        await writeState(call.directory, machines);
        for (const index of machines.keys()) {
          const resource = { kind: 'resource', address: `fake_machine.vm-${index + 1}`, action: 'create', elapsedMs: 5 } as const;
          call.onMessage({ ...resource, status: 'started', id: null });
          call.onMessage({ ...resource, status: 'complete', id: `i-${index + 1}` });
        }
      }
      if (step === 'hang' || step === 'hang-unrecorded') {
        setImmediate(() => script.onHang?.());
        if (!call.signal.aborted) await once(call.signal, 'abort');
        return { ...failed('execution halted'), interrupted: true };
      }
      return step === undefined ? done : failed(step.error, step.address);
    },
    destroy: async ({ directory, signal }) => {
      calls.push('destroy');
      const error = next(script.destroy, 'destroy');
      if (signal.aborted) return { ...failed('execution halted'), interrupted: true };
      if (error !== undefined) return failed(error);
      if (existsSync(join(directory, 'terraform.tfstate'))) await writeState(directory, []);
      return done;
    },
    refresh: async ({ directory, signal }) => {
      calls.push('refresh');
      const step = next(script.refresh, 'refresh');
      if (signal.aborted) return { ...failed('execution halted'), interrupted: true };
      if (step !== undefined && step !== 'gone') return failed(step);
      await writeState(directory, step === 'gone' ? [] : machinesOf(directory));
      return done;
    },
    import: async ({ directory, address, id }) => {
      calls.push(`import ${address} ${id}`);
      await writeState(directory, [...machinesOf(directory)]);
      return done;
    },
    configuration: (directory) =>
      Promise.resolve(machinesOf(directory).map((name, index) => ({ address: `fake_machine.vm-${index + 1}`, type: 'fake_machine', name }))),
    providerVersions: () => Promise.resolve({ 'example.test/labtui/fake': '1.0.0' }),
  };
}

const done: TerraformOutcome = { ok: true, interrupted: false, errors: [], durationMs: 1 };

function failed(text: string, address = 'fake_machine.vm-1'): TerraformOutcome {
  const error: TerraformDiagnostic = { severity: 'error', summary: text, detail: '', address };
  return { ok: false, interrupted: false, errors: [error], durationMs: 1 };
}

function announce({ onMessage }: TerraformCall, count: number): void {
  for (let index = 1; index <= count; index += 1) {
    onMessage({ kind: 'planned', address: `fake_machine.vm-${index}`, type: 'fake_machine', action: 'create' });
  }
  onMessage({ kind: 'summary', operation: 'plan', add: count, change: 0, destroy: 0 });
}
