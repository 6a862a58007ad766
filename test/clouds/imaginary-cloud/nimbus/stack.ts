import { DataResource } from 'cdktf';
import { literal, synthesizeStack } from '../../../../src/clouds/synth.ts';
import type { StackInput } from '../../../../src/core/cloud.ts';

/** Nimbus has no provider: Terraform's own terraform_data stands for what it makes. */
export function synthesize({ stack, tags, key, userData }: StackInput): string {
  return synthesizeStack(stack.id, { requiredVersion: '>= 1.5', requiredProviders: {} }, (scope) => {
    const own = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, literal(value)]));
    new DataResource(scope, 'gate', { input: { kind: 'gate', tags: own, from: [...stack.allowFrom], port: stack.sshPort } });
    for (const machine of stack.machines) {
      new DataResource(scope, stack.machines.length === 1 ? 'vm' : `vm-${machine.index}`, {
        input: {
          kind: 'machine',
          tags: own,
          name: machine.name,
          image: stack.image.id,
          type: stack.instanceType,
          zone: stack.zone,
          address: `192.0.2.${machine.index}`,
          diskGb: stack.disk.sizeGb,
          key: 'publicKey' in key ? literal(key.publicKey) : literal(key.cloudKeyName),
          userData: literal(userData.get(machine.name) ?? ''),
        },
      });
    }
  });
}
