import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TerraformMessage } from '../core/terraform.ts';
import { processesIn } from '../platform/processes-in.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** A provider that does not end when it is asked to is killed after so long: nobody waits for its answer. */
const graceMs = 2_000;

/**
 * Ends the providers in a directory whose Terraform was killed: a provider does not notice, and would hold its memory for ever and
 * might go on with what it was doing in the cloud. One whose Terraform lives is left alone.
 */
export async function endOrphanProviders(directory: string, onMessage: (message: TerraformMessage) => void): Promise<void> {
  const all = processesIn(directory);
  const orphans = all.filter(({ parent, words }) => isProvider(words[0] ?? '') && !all.some(({ pid }) => pid === parent));
  await Promise.all(
    orphans.map(async ({ pid }) => {
      const identity = identityOf(pid);
      if (identity === null) return;
      onMessage({ kind: 'log', level: 'warn', message: `a provider of a Terraform that was killed still runs (process ${pid}); it is ended` });
      await end(identity);
    }),
  );
}

/** As Terraform starts it: `.terraform/providers/HOST/NAMESPACE/TYPE/VERSION/PLATFORM/terraform-provider-TYPE_vVERSION`. */
function isProvider(program: string): boolean {
  return basename(program).startsWith('terraform-provider-');
}

async function end(identity: ProcessIdentity): Promise<void> {
  send(identity, 'SIGTERM');
  for (let waitedMs = 0; isAlive(identity) && waitedMs < graceMs; waitedMs += 50) await sleep(50);
  if (isAlive(identity)) send(identity, 'SIGKILL');
}

function send({ pid }: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, or is somebody else's: then it holds nothing of this user.
  }
}
