import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GuestLogs, logCommand, type LogSource } from '../../src/ssh/guest-logs.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'labtui-logs-'));
  mkdirSync(join(root, 'bin'));
  for (const tool of ['sh', 'cat', 'id', 'stat', 'test', 'tail']) {
    const place = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, tool)).filter((file) => existsSync(file));
    symlinkSync(place[0] ?? '', join(root, 'bin', tool));
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A stand-in for a tool of the guest, which prints its arguments. */
const tool = (name: string) => writeFileSync(join(root, 'bin', name), `#!/bin/sh\nprintf '%s ' ${name} "$@"; echo\n`, { mode: 0o755 });

async function read(source: LogSource, logs: Partial<GuestLogs> = {}) {
  const command = logCommand(source, { follow: false, sinceS: null, ...logs }).replaceAll('/var/log/', `${root}/`);
  const ran = await execa('/bin/sh', ['-c', command], { env: { PATH: join(root, 'bin') }, extendEnv: false, reject: false });
  return { code: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
}

describe('what reads the logs of a guest', () => {
  it('asks the journal for this boot, from a time on, and further', async () => {
    tool('journalctl');
    expect(await read('journal')).toEqual({ code: 0, stdout: 'journalctl --no-pager -o short-iso -b ', stderr: '' });
    expect(await read('journal', { sinceS: 1_700_000_000, follow: true })).toMatchObject({ stdout: 'journalctl --no-pager -o short-iso --since=@1700000000 -n all -f ' });
  });

  it('takes the plain file where there is no systemd, and says so; or what is missing', async () => {
    expect(await read('journal')).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('no systemd journal on this machine') as string });
    writeFileSync(join(root, 'messages'), 'a line\n');
    expect(await read('journal')).toMatchObject({ code: 0, stdout: 'a line', stderr: expect.stringMatching(/no systemd on this machine: .*messages/) as string });
  });

  it("prints cloud-init's status and output, the latter unless it is older than what was asked for", async () => {
    expect(await read('cloud-init')).toMatchObject({ code: 3, stderr: 'no cloud-init on this machine' });
    tool('cloud-init');
    expect(await read('cloud-init')).toMatchObject({ code: 3, stdout: 'cloud-init status --long ', stderr: expect.stringContaining('is missing') as string });
    writeFileSync(join(root, 'cloud-init-output.log'), 'ran\n');
    expect(await read('cloud-init')).toMatchObject({ code: 0, stdout: 'cloud-init status --long \nran' });
    expect(await read('cloud-init', { sinceS: Math.floor(Date.now() / 1_000) + 60 })).toMatchObject({ code: 0, stdout: 'cloud-init status --long ' });
  });
});
