import { Writable } from 'node:stream';
import { LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import { copyRemote } from '../../ssh/copy/copy.ts';
import type { ChannelStreams } from '../../ssh/channel.ts';
import type { CopyProgress } from '../../ssh/copy/copy-tree.ts';
import { execRemote } from '../../ssh/exec.ts';
import { readCopyPlace } from '../copy-place.ts';
import type { CopyReport } from '../copy-report.ts';
import type { LabContext } from '../context.ts';
import { type WithinTime, withinTime } from '../within-time.ts';
import { wrongUsage } from '../wrong-usage.ts';
import { type HostChoice, hostsOf, jumpOf, oneHost, requireAwake } from './machines.ts';

export interface Execution extends ChannelStreams {
  readonly choice: HostChoice;
  readonly host: Host;
  readonly jump: Host | undefined;
  readonly command: readonly string[];
  readonly timeoutMs: number | null;
}

/** Runs a command on one machine; its exit code. Rejects with a LabError of exit code 255 without a connection. */
export function execOn({ environment, signal }: LabContext, { choice, timeoutMs, ...execution }: Execution): Promise<WithinTime<number>> {
  const { record: session, paths } = choice;
  return withinTime(timeoutMs, signal, (within) => execRemote({ session, paths, ...execution, signal: within, environment }));
}

/** Text that a command printed. */
export function collector(): { readonly stream: Writable; readonly text: () => string } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(parts).toString('utf8') };
}

export interface CopyWish {
  readonly source: string;
  readonly target: string;
  readonly host: string | undefined;
  readonly jump: string | undefined;
  readonly dereference: boolean;
  readonly timeoutMs: number | null;
  readonly onProgress: (progress: CopyProgress) => void;
}

/** Copies a file or a directory between this computer and a machine. Rejects as copyRemote does, and with wrong usage where no side, or both, are machines. */
export async function copyBetween(context: Parameters<typeof hostsOf>[0], wish: CopyWish): Promise<CopyReport> {
  const [from, to] = [readCopyPlace(wish.source), readCopyPlace(wish.target)];
  if (from.kind === 'remote' && to.kind === 'remote') throw wrongUsage('one side of a copy must be on this computer', `labtui cp ${wish.source} .   and then   labtui cp FILE ${wish.target}`);
  const remote = from.kind === 'remote' ? from : to;
  if (remote.kind === 'local') throw wrongUsage('neither side is a machine', `labtui cp ${wish.source} SESSION:${wish.target === '.' ? '' : wish.target}   (SESSION/HOST:path where there are several)`);
  if (remote.host !== null && wish.host !== undefined) throw wrongUsage(`--host ${wish.host} and ${remote.session}/${remote.host}: exclude each other`);
  const choice = await hostsOf(context, remote.session);
  const host = oneHost(choice, remote.host ?? wish.host);
  requireAwake(choice, host);
  const { record: session, paths } = choice;
  const direction = from.kind === 'local' ? 'up' : 'down';
  const { dereference, onProgress } = wish;
  const copying = { session, paths, host, jump: jumpOf(choice, wish.jump), environment: context.environment, direction, source: from.path, target: to.path, dereference, onProgress } as const;
  const run = await withinTime(wish.timeoutMs, context.signal, (signal) => copyRemote({ ...copying, signal }));
  if (run.timedOut) throw new LabError({ kind: 'network', summary: 'the time of --timeout is over', hint: 'give the same command again: it goes on where it stopped', retryable: true });
  return { session: session.id, host: host.name, direction, source: from.path, ...run.value };
}
