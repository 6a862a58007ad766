import { exitCodeOf, exitCodes, LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import type { Cell, CellTimings } from '../../core/matrix.ts';
import type { CellHost } from './guest-ports.ts';
import { mayPass } from './make-lab.ts';
import type { MatrixContext } from './matrix-request.ts';

/** How the work on a cell's machines ended. */
export type Used = {
  readonly timings: Omit<CellTimings, 'total'>;
  readonly collected: readonly string[];
} & ({ readonly exitCode: number; readonly reason: string | null } | { readonly broken: string; readonly labExitCode: number; readonly mayPass: boolean });

/** Files there, the command on every machine at once, what it made back. Never rejects for an expected failure. */
export async function useLab(cell: Cell, session: string, hosts: readonly Host[], { request, ports }: MatrixContext): Promise<Used> {
  const timings: { copy?: number; test?: number; collect?: number } = {};
  const collected: string[] = [];
  const several = hosts.length > 1;
  const onEach = async <T>(step: keyof typeof timings, work: (at: CellHost) => Promise<T>): Promise<readonly T[]> => {
    const startedMs = ports.now().getTime();
    try {
      const ended = await Promise.allSettled(hosts.map((host) => work({ session, host, signal: request.signal })));
      // Not before all have come to their end: the lab is destroyed then.
      return ended.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
    } finally {
      timings[step] = ports.now().getTime() - startedMs;
    }
  };
  try {
    request.onStep(cell, 'copying', '', session);
    const copied = await onEach('copy', (at) => request.guests.copyThere(at));
    request.onStep(cell, 'running', copied[0] ?? '', session);
    const codes = await onEach('test', async (at) => {
      const output = request.openOutput(cell, at.host, several);
      try {
        return await request.guests.run(at, output);
      } finally {
        await output.end();
      }
    });
    const exitCode = Math.max(exitCodes.done, ...codes);
    if (request.signal.aborted) return { timings, collected, broken: 'stopped while the command ran', labExitCode: exitCodes.done, mayPass: false };
    request.onStep(cell, 'collecting', exitText(exitCode), session);
    const missing: string[] = [];
    for (const found of await onEach('collect', (at) => request.guests.collect(at, cell, several))) {
      collected.push(...found.paths);
      missing.push(...found.missing);
    }
    const reasons = [...(exitCode === exitCodes.done ? [] : [exitText(exitCode)]), ...(missing.length === 0 ? [] : [`not there to be collected: ${missing.join(', ')}`])];
    return { timings, collected, exitCode, reason: reasons.length === 0 ? null : reasons.join('; ') };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const { kind, summary } = error.problem;
    return { timings, collected, broken: summary, labExitCode: exitCodeOf(kind, 'after-creation'), mayPass: mayPass(kind) };
  }
}

function exitText(exitCode: number): string {
  return exitCode === exitCodes.timedOut ? 'its time was over (124)' : `ended with ${exitCode}`;
}
