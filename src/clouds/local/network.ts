/** The segment that the machines of a stack share; the other one is QEMU's 10.0.2.0/24. */
export const networkCidr = '10.77.0.0/24';

/** A machine's address in it. `index`: from 1. */
export function networkAddress(index: number): string {
  return `10.77.0.${index + 9}`;
}
