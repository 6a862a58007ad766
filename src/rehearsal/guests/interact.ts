import { setMaxListeners } from 'node:events';
import { Interrupted, type Process } from './shell/process.ts';
import { Shell } from './shell/shell.ts';
import { readLine } from './shell/streams.ts';
import type { Terminal } from './terminal.ts';

/** An interactive shell: prompts, runs each line, Ctrl-C ends the command and not the shell. Resolves to its exit code. */
export async function interact(process: Process, terminal: Terminal): Promise<number> {
  const shell = new Shell(process, { name: '-sh' });
  const { account, guest } = process;
  let text = '';
  for (;;) {
    const interrupt = new AbortController();
    const signal = AbortSignal.any([process.signal, interrupt.signal]);
    setMaxListeners(0, signal);
    shell.process = { ...shell.process, signal };
    terminal.onInterrupt(() => {
      text = '';
      interrupt.abort('INT');
    });
    const place = shell.state.directory === account.home ? '~' : shell.state.directory;
    const prompt = text === '' ? `${account.name}@${guest.machine.hostName}:${place}${account.uid === 0 ? '#' : '$'} ` : '> ';
    try {
      await terminal.write(prompt);
      const line = await shell.unlessInterrupted(readLine(terminal));
      if (line === null) {
        await terminal.write('logout\n');
        return shell.state.lastCode;
      }
      const step = await shell.step(`${text}${line}\n`);
      text = step === 'more' ? `${text}${line}\n` : '';
      if (step === 'exit') return shell.state.lastCode;
    } catch (error) {
      if (!(error instanceof Interrupted) || process.signal.aborted) throw error;
      text = '';
      shell.state.lastCode = 130;
    }
  }
}
