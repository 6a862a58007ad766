import * as z from 'zod';
import type { StateHost, StateResource } from '../../../../src/core/cloud.ts';

const machine = z.object({ kind: z.literal('machine'), name: z.string(), zone: z.string(), address: z.string() });

/** The machines of a Nimbus state. terraform_data keeps its input with its type beside it. */
export function hostsOf(resources: readonly StateResource[]): readonly StateHost[] {
  return resources.flatMap(({ type, id, attributes }) => {
    const wrapped = z.object({ value: z.unknown() }).safeParse(attributes.input);
    const read = machine.safeParse(wrapped.success && wrapped.data.value !== undefined ? wrapped.data.value : attributes.input);
    if (type !== 'terraform_data' || !read.success) return [];
    const { name, zone, address } = read.data;
    return [{ name, instanceId: id, state: 'running', zone, publicIp: address, publicDns: null, privateIp: null }];
  });
}
