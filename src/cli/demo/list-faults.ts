import { explainFaults, type FaultExplanation } from '../../rehearsal/engine/fault-guide.ts';
import type { CliContext } from '../context.ts';

/** `labtui demo --list-faults`: what can be made to go wrong in a rehearsal, and what a user then sees. */
export function listFaults(context: CliContext): number {
  const faults = explainFaults();
  if (context.settings.json) {
    context.out(`${JSON.stringify(faults, null, 2)}\n`);
    return 0;
  }
  const { theme } = context;
  context.out('What can be made to go wrong, with --rehearse --fault SPEC (repeatable; LABTUI_FAULT: separated by ";"):\n\n');
  for (const fault of faults) {
    context.out(`${theme.bold(fault.fault.padEnd(19))} ${fault.what}\n`);
    context.out(`${' '.repeat(20)}${theme.dim(`${fault.where}; ${outcome(fault)}`)}\n`);
    context.out(`${' '.repeat(20)}${theme.dim(`--fault ${fault.example}`)}\n`);
  }
  context.out('\nSPEC is KIND[,key=value...]: cloud, operation, region, zone · call (the n-th that matches) · times (how many, or all) · after, for (90s, 2m)\n');
  return 0;
}

function outcome({ kind, exitCode }: FaultExplanation): string {
  return kind === null ? `the run goes well all the same (exit ${exitCode})` : `you see: ${kind}, exit ${exitCode}`;
}
