import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ProcessFault } from '../engine/cloud-error.ts';
import type { World } from '../engine/world.ts';

/** The same world, in which a fault that ends the calling process really does, before anybody can catch it. */
export function mortal(world: World): World {
  return {
    ...world,
    call: (call, work) =>
      world.call(call, work).catch((error: unknown) => {
        if (error instanceof ProcessFault) die(error.fault);
        throw error;
      }),
  };
}

/** Time for all of Terraform's threads to stand still. */
const stopMs = 20;

/**
 * `half-written-state` is a power cut while Terraform writes its state. Terraform is stopped before half of the file goes,
 * so that it cannot write it again, and dies after that: who waits for its end finds the file as it stays.
 */
function die(fault: ProcessFault['fault']): never {
  const terraform = process.ppid;
  if (fault === 'half-written-state' && terraform > 1) {
    process.kill(terraform, 'SIGSTOP');
    pause(stopMs);
    cutInHalf(join(process.cwd(), 'terraform.tfstate'));
    process.kill(terraform, 'SIGKILL');
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way: nothing more may happen here.
  for (;;) pause(1000);
}

function cutInHalf(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size !== undefined) truncateSync(file, Math.floor(size / 2));
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
