import { exitCodes, worstExitCode } from '../core/errors.ts';
import type { ResultEvent } from '../core/events.ts';
import { asList, type Profile } from '../core/profile.ts';
import type { SessionRecord } from '../core/session.ts';
import type { Swap, Wanted } from './replace-target.ts';
import { diagnosticOf } from './run.ts';
import type { SessionWork } from './session-work.ts';
import { stackResults } from './stack-results.ts';
import type { SwapResult } from './swap-or-return.ts';

/**
 * The profile to plan the same lab from again, once the swaps are done: with what was asked for, where they are of all that the session
 * has. null: it has machines of another kind as well, which one profile cannot say, and so it stays.
 */
export function replacedProfile({ profile, stacks }: SessionRecord, swaps: readonly Swap[], { distro, profile: wanted, asked }: Wanted): Profile | null {
  const isWhole = Object.values(stacks).every(({ plan }) => swaps.some(({ to, names }) => to.id === plan.id && names.length === plan.machines.length));
  if (!isWhole || asList(profile.distro).length > 1) return null;
  const keepsImage = asked.has('image') || distro.split('@')[0] === asList(profile.distro)[0]?.split('@')[0];
  return { ...wanted, distro, image: keepsImage ? wanted.image : null };
}

/** Sums up: the session's phase, its profile, `onReady` for machines that are new, and the result. */
export async function afterReplace(results: readonly SwapResult[], profile: Profile | null, context: SessionWork): Promise<ResultEvent> {
  const { ports, run, book } = context;
  const hosts = results.flatMap((result) => result.hosts);
  const codes = new Map(results.map(({ replaced, exitCode }) => [replaced.stack, exitCode]));
  const isDone = results.every(({ exitCode }) => exitCode === exitCodes.done);
  if (isDone && profile !== null) await book.update((record) => ({ ...record, profile }));
  const allReady = Object.values(book.record.stacks).every(({ phase, goneAt }) => phase === 'ready' || goneAt !== null);
  const { onReady } = book.record;
  const hookExit = isDone && onReady !== null ? await ports.runOnReady(onReady, hosts, run.signal) : 0;
  if (hookExit !== 0) {
    run.emit(diagnosticOf({ kind: 'not-ready', summary: `onReady ended with exit code ${hookExit}; the machines are up and kept`, hint: 'labtui ssh SESSION   or   labtui destroy SESSION' }));
  }
  const phase = allReady && hookExit === 0 ? 'ready' : 'failed';
  await book.enter(phase);
  run.phase(phase, 100, phase === 'ready' ? hosts.map(({ name }) => name).join(' · ') : `what stands: labtui show ${book.record.id}`);
  const exitCode = worstExitCode([...codes.values(), ...(hookExit === 0 ? [] : [exitCodes.notReady])]);
  return run.result({ exitCode, phase, hosts, protectedBy: book.record.protection.by, stacks: stackResults(book.record, codes), replaced: results.map(({ replaced }) => replaced) });
}
