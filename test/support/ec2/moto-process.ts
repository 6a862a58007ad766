import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { motoAmis } from './ami-catalogue.ts';

export interface MotoProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts moto_server on a free port of the loopback address; rejects with its output when it does not come up in 5 min. */
export async function startMoto(): Promise<MotoProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'labtui-moto-'));
  const amisFile = join(directory, 'amis.json');
  await writeFile(amisFile, JSON.stringify(motoAmis()));
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, MOTO_AMIS_PATH: amisFile, MOTO_ENABLE_AMI_VALIDATION: 'true', MOTO_ENABLE_KEYPAIR_VALIDATION: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-4_000);
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const stop = async () => {
    process.off('exit', killed);
    await ended(child);
    await rm(directory, { recursive: true, force: true });
  };
  for (const end = Date.now() + 300_000; Date.now() < end; ) {
    if (child.exitCode !== null) break;
    if (await answers(port)) return { port, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`moto_server did not start:\n${errors}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const grace = sleep(5_000, 'late', { ref: false });
  if ((await Promise.race([exit, grace])) === 'late') child.kill('SIGKILL');
  await exit;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
