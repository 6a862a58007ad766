import { mkdir } from 'node:fs/promises';
import { exitCodes, LabError } from '../../../core/errors.ts';
import type { CellHost, GuestPorts } from '../../../lab/matrix/guest-ports.ts';
import { formatBytes } from '../../../core/bytes.ts';
import { copyRemote } from '../../../ssh/copy/copy.ts';
import { execRemote } from '../../../ssh/exec.ts';
import { remoteCommand } from '../../../ssh/remote-command.ts';
import type { LabContext } from '../../context.ts';
import { openSessions } from '../../sessions.ts';
import { withinTime } from '../../within-time.ts';
import { collector } from '../reach.ts';
import { cellFolder } from './cell-folder.ts';
import { type RunFiles, workDirectory } from './run-files.ts';

export interface CellWork {
  readonly files: RunFiles;
  readonly command: readonly string[];
  /** Over the command alone; null: none. */
  readonly testTimeoutMs: number | null;
  /** Paths on the machine: absolute, from the home (`~/...`), or from where the files are. */
  readonly collect: readonly string[];
  /** Absolute; null: there is nothing to collect. */
  readonly output: string | null;
}

/** The machines of cells, over SSH. */
export function cellGuests(context: LabContext, { files, command, testTimeoutMs, collect, output }: CellWork): GuestPorts {
  const store = openSessions(context);
  const connection = async ({ session: id, host, signal }: CellHost) => ({ session: await store.load(id), paths: store.paths(id), host, signal, environment: context.environment });
  return {
    copyThere: async (at) => {
      const way = await connection(at);
      const folders = [...new Set([workDirectory, ...files.items.map(({ into }) => into)])];
      const [said, complaint] = [collector(), collector()];
      const made = await execRemote({ ...way, command: ['mkdir', '-p', ...folders], stdin: null, stdout: said.stream, stderr: complaint.stream });
      if (made !== 0 && !at.signal.aborted) throw new LabError({ kind: 'conflict', summary: `${at.host.name}: no directory ${workDirectory} could be made there: ${complaint.text().trim() || `mkdir ended with ${made}`}` });
      let [count, bytes] = [0, 0];
      for (const { source, into } of files.items) {
        const copied = await copyRemote({ ...way, direction: 'up', source, target: into, dereference: false, leftOut: files.leftOut, onProgress: () => undefined });
        count += copied.files;
        bytes += copied.bytes;
      }
      return files.items.length === 0 ? '' : `${count === 1 ? '1 file' : `${count} files`} (${formatBytes(bytes)}) copied`;
    },
    run: async (at, { stdout, stderr }) => {
      const way = await connection(at);
      const ended = await withinTime(testTimeoutMs, at.signal, (signal) => execRemote({ ...way, signal, command: [`cd ${workDirectory} && ${remoteCommand(command)}`], stdin: null, stdout, stderr }));
      return ended.timedOut ? exitCodes.timedOut : ended.value;
    },
    collect: async (at, cell, several) => {
      if (output === null) return { paths: [], missing: [] };
      const way = await connection(at);
      const folder = cellFolder(output, cell, several ? at.host.name : null);
      await mkdir(folder, { recursive: true });
      const paths: string[] = [];
      const missing: string[] = [];
      for (const path of collect) {
        const source = /^(?:\/|~(?:\/|$))/.test(path) ? path : `${workDirectory}/${path}`;
        try {
          const { target } = await copyRemote({ ...way, direction: 'down', source, target: folder, dereference: false, onProgress: () => undefined });
          paths.push(target);
        } catch (error) {
          if (!(error instanceof LabError) || error.problem.kind !== 'not-found') throw error;
          missing.push(path);
        }
      }
      return { paths, missing };
    },
  };
}
