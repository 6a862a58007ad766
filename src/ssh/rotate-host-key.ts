import { PassThrough, Writable } from 'node:stream';
import ssh2 from 'ssh2';
import { runCommand } from './channel.ts';
import type { Connection } from './connect.ts';
import { withoutComment } from './key-format.ts';
import { asRoot, goAhead, keyMarkers, rotateScript } from './rotate-script.ts';

export type Rotation =
  /** Told to use this key; whether sshd does is to be proved. */
  | { readonly kind: 'told'; readonly publicKey: string }
  /** Nothing was changed. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Has the guest make itself a new host key over an authenticated login. `keep` gets the public half and must have it
 * safe when it resolves: only then may the guest put it to use, so that no moment exists in which a cut-off labtui could
 * not log in any more.
 */
export async function rotateHostKey(
  connection: Connection,
  { timeoutMs, keep }: { timeoutMs: number; keep: (publicKey: string) => Promise<void> },
): Promise<Rotation> {
  const input = new PassThrough();
  const told: { publicKey: string | null; complaint: string } = { publicKey: null, complaint: '' };
  const stdout = lines((line, before) => {
    if (line !== keyMarkers.end) return;
    const shown = newKey(before);
    if (shown === null || shown === connection.hostKey) {
      told.complaint = 'it printed no new ED25519 key';
      input.end();
      return;
    }
    keep(shown).then(
      () => {
        told.publicKey = shown;
        input.end(`${goAhead}\n`);
      },
      (error: unknown) => {
        told.complaint = `the new key could not be written to known_hosts: ${error instanceof Error ? error.message : String(error)}`;
        input.end();
      },
    );
  });
  const stderr = lines((line) => {
    if (line !== '') told.complaint = line;
  });
  input.write(rotateScript);
  let cancel: () => void = () => undefined;
  const timer = setTimeout(() => {
    told.complaint = 'it took too long';
    cancel();
  }, timeoutMs);
  try {
    const code = await runCommand(connection, asRoot, { stdin: input, stdout, stderr }, (channel) => {
      cancel = () => channel.close();
    });
    if (told.publicKey === null) return refused(told.complaint, `the script ended with ${code}`);
  } catch (error) {
    if (told.publicKey === null) return refused(told.complaint, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
  return { kind: 'told', publicKey: told.publicKey };
}

function refused(complaint: string, otherwise: string): Rotation {
  return { kind: 'refused', reason: complaint === '' ? otherwise : complaint };
}

/** The key between the markers, if it is one of the type asked for. */
function newKey(printed: readonly string[]): string | null {
  const line = printed[printed.indexOf(keyMarkers.begin) + 1];
  if (line === undefined || !printed.includes(keyMarkers.begin)) return null;
  const publicKey = withoutComment(line);
  return publicKey.startsWith('ssh-ed25519 ') && !(ssh2.utils.parseKey(publicKey) instanceof Error) ? publicKey : null;
}

/** A stream that hands on whole lines, each with those before it. */
function lines(onLine: (line: string, before: readonly string[]) => void): Writable {
  const before: string[] = [];
  let rest = '';
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const parts = (rest + chunk.toString('utf8')).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const line = part.trim();
        onLine(line, before);
        before.push(line);
      }
      done();
    },
  });
}
