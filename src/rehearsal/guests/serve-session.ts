import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerChannel, Session } from 'ssh2';
import type { GuestHostKey } from '../engine/machine.ts';
import { accountOf } from './accounts.ts';
import { channelInput, channelOutput } from './channel-streams.ts';
import { commandsOf } from './commands/all-commands.ts';
import type { Guest } from './guest.ts';
import { guestFiles, messageOfTheDay } from './guest-files.ts';
import { interact } from './interact.ts';
import { serveSftp } from './serve-sftp.ts';
import { Interrupted, type Process } from './shell/process.ts';
import { Shell } from './shell/shell.ts';
import { BrokenPipe } from './shell/streams.ts';
import { Terminal } from './terminal.ts';

export interface Login {
  readonly user: string;
  /** Whom to log in as instead; null: all is well. */
  readonly told: string | null;
}

interface SessionOptions {
  readonly guest: Guest;
  readonly hostKey: GuestHostKey;
  readonly login: Login;
  /** Aborted when the connection is over. */
  readonly hungUp: AbortSignal;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One session channel: a command or a shell, with or without a terminal. */
export function serveSession(session: Session, options: SessionOptions): void {
  let terminal = false;
  const over = new AbortController();
  // Every command and every stream of a pipe listens to it.
  setMaxListeners(0, over.signal);
  session.on('pty', (accept) => {
    terminal = true;
    acknowledge(accept);
  });
  session.on('env', acknowledge);
  session.on('window-change', acknowledge);
  session.on('signal', (accept, _reject, { name }) => {
    acknowledge(accept);
    over.abort(name);
  });
  const hangUp = () => over.abort('HUP');
  options.hungUp.addEventListener('abort', hangUp, { once: true });
  over.signal.addEventListener('abort', () => options.hungUp.removeEventListener('abort', hangUp), { once: true });
  session.on('close', hangUp);
  session.on('exec', (accept, _reject, { command }) => run(accept(), command));
  session.on('shell', (accept) => run(accept(), null));
  session.on('sftp', (accept) => {
    const { guest, hostKey, login } = options;
    const account = accountOf(login.user, guest);
    const sftp = accept();
    sftp.on('error', () => undefined);
    serveSftp(sftp, guestFiles(guest, account, hostKey), account);
  });
  session.on('subsystem', (accept, _reject, { name }) => run(accept(), name));

  const run = (channel: ServerChannel, command: string | null) => {
    channel.on('close', hangUp);
    channel.on('error', hangUp);
    channel.stderr.on('error', hangUp);
    if (!terminal) noticeEnd(channel);
    void serve(channel, command, terminal, over, options);
  };
}

/** ssh2 tells that a channel was closed only when the end of its input was read, and many commands read none. */
function noticeEnd(channel: ServerChannel): void {
  channel.on('readable', () => {
    if (channel.readableLength === 0) channel.read(0);
  });
}

/** What wants no answer comes without a way to give one. */
function acknowledge(accept: (() => void) | undefined): void {
  accept?.();
}

async function serve(channel: ServerChannel, command: string | null, withTerminal: boolean, over: AbortController, options: SessionOptions): Promise<void> {
  const { guest, login } = options;
  const terminal = withTerminal ? new Terminal(channel, over.signal) : null;
  try {
    const process = processOf(channel, terminal, over.signal, options);
    if (login.told !== null) {
      await process.stdout.write(`Please login as the user "${login.told}" rather than the user "${login.user}".\n\n`);
      await delay(500, undefined, { signal: over.signal });
      channel.exit(142);
    } else if (command !== null) {
      terminal?.onInterrupt(() => over.abort('INT'));
      channel.exit(await new Shell(process).run(command));
    } else if (terminal !== null) {
      await process.stdout.write(messageOfTheDay(guest));
      channel.exit(await interact(process, terminal));
    } else {
      channel.exit(await new Shell(process).runFrom(process.stdin));
    }
  } catch (error) {
    if (error instanceof Interrupted) channel.exit(error.signal);
    else if (error instanceof BrokenPipe) channel.exit('PIPE');
    else if (!over.signal.aborted) {
      channel.stderr.write(`simulated guest: ${error instanceof Error ? error.message : String(error)}\n`);
      channel.exit(70);
    }
  }
  channel.end();
}

function processOf(channel: ServerChannel, terminal: Terminal | null, signal: AbortSignal, { guest, hostKey, login }: SessionOptions): Process {
  const account = accountOf(login.user, guest);
  const environment = new Map([
    ['USER', account.name],
    ['LOGNAME', account.name],
    ['HOME', account.home],
    ['PATH', path],
    ['SHELL', '/bin/sh'],
    ['LANG', 'C.UTF-8'],
    ['PWD', account.home],
    ...(terminal === null ? [] : [['SSH_TTY', '/dev/pts/0'] as const, ['TERM', 'xterm'] as const]),
  ]);
  const stdout = terminal ?? channelOutput(channel, channel, signal);
  return {
    guest,
    files: guestFiles(guest, account, hostKey),
    commands: commandsOf(guest),
    account,
    directory: account.home,
    environment,
    stdin: terminal ?? channelInput(channel),
    stdout,
    stderr: terminal ?? channelOutput(channel.stderr, channel, signal),
    signal,
  };
}
