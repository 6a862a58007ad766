import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, createWorkplace, type RunOptions, skipLoudly, type Workplace } from '../support/labtui.ts';
import { type LoopbackLab, sshdSkipReason, startLoopbackLab } from '../support/loopback-sshd.ts';

describe.skipIf(skipLoudly('the commands that reach into a machine', sshdSkipReason()))('a lab of two machines', () => {
  let lab: LoopbackLab;
  let place: Workplace;
  beforeAll(async () => {
    lab = await startLoopbackLab({ machines: ['lab-1', 'lab-2'] });
    place = createWorkplace({ LABTUI_SESSIONS_DIR: lab.sessions });
  });
  afterAll(async () => {
    await lab.close();
    place.remove();
  });
  const run = (args: readonly string[], options?: RunOptions) => place.run(args, options);
  const lines = (text: string) => text.split('\n').filter((line) => line !== '').sort();

  it('exec --all: every line behind its name, to the last byte; the worst code counts', async () => {
    const ran = await run(['exec', 'loop', '--all', '--', 'printf "one\\ntwo"; echo bad >&2']);
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(lines(ran.stdout)).toEqual(['lab-1: one', 'lab-1: two', 'lab-2: one', 'lab-2: two']);
    expect(lines(ran.stderr)).toEqual(['lab-1: bad', 'lab-2: bad']);
    // Both are this computer, so they are told apart by who comes first.
    const worst = await run(['exec', 'loop', '--all', '--parallelism', '1', '--', `mkdir ${place.home}/first 2>/dev/null || exit 7`]);
    expect(worst).toMatchObject({ exitCode: 7, stderr: '  1 of 2 machines failed: lab-2 (7)\n' });
    expect(await run(['exec', 'loop', '--', 'true'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--host lab-1 | lab-2') as string });
  });

  it('exec: 127 for what is not there, 128 + n for a signal, 124 when its time is over, nothing to read where stdin is closed', async () => {
    const onFirst = (args: readonly string[]) => run(['exec', 'loop', '--host', 'lab-1', ...args]);
    expect(await onFirst(['--', 'no-such-command-here'])).toMatchObject({ exitCode: 127 });
    expect(await onFirst(['--', 'kill -TERM $$'])).toMatchObject({ exitCode: 143 });
    expect(await onFirst(['--timeout', '1s', '--', 'sleep 60'])).toMatchObject({ exitCode: 124, stderr: expect.stringContaining('the time of --timeout (1s) is over') as string });
    const closed = await execa('sh', ['-c', 'exec "$@" <&-', 'sh', process.execPath, bundle, 'exec', 'loop', '--host', 'lab-1', '--', 'wc -c'], { env: place.environment(), extendEnv: false });
    expect(closed.stdout).toBe('0');
  });

  it('exec: any bytes, both ways; as JSON a line each', async () => {
    const bytes = randomBytes(300_000);
    const both = await execa(process.execPath, [bundle, 'exec', 'loop', '--host', 'lab-1', '--', 'cat'], { env: place.environment(), extendEnv: false, input: bytes, encoding: 'buffer' });
    expect(Buffer.from(both.stdout).equals(bytes)).toBe(true);
    const json = await run(['exec', 'loop', '--all', '--json', '--', "echo hello; printf '\\377'; exit 3"]);
    const events = json.stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.filter(({ type, host }) => type === 'output' && host === 'lab-2')).toMatchObject([{ stack: 'aws', stream: 'stdout', text: 'hello' }, { base64: '/w==' }]);
    expect(events.filter(({ type }) => type === 'exit')).toMatchObject([{ exitCode: 3 }, { exitCode: 3 }]);
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: false, exitCode: 3, hosts: [{ name: 'lab-1', exitCode: 3 }, { name: 'lab-2', exitCode: 3 }] });
  });

  it('exec: a connection that is cut is told, with 255', async () => {
    const running = place.start(['exec', 'loop', '--host', 'lab-1', '--', 'echo started; sleep 60'], {});
    await once(running.stdout ?? process.stdin, 'data');
    lab.cut();
    expect(await running).toMatchObject({ exitCode: 255, stderr: expect.stringMatching(/error: lab-1: .*(closed|reset)/) as string });
  });

  it('one machine is reached through another, by exec, ssh, and ssh with the printed configuration', async () => {
    const through = ['--host', 'lab-2', '--jump', 'lab-1'];
    expect(await run(['exec', 'loop', ...through, '--', 'echo "$SSH_CONNECTION" | cut -d" " -f1'])).toMatchObject({ exitCode: 0, stdout: '127.0.0.1\n' });
    expect(await run(['ssh', 'loop', ...through, '--', 'echo', 'in'])).toMatchObject({ exitCode: 0, stdout: 'in\n' });
    const { stdout } = await run(['ssh-config', 'loop', '--jump', 'lab-1']);
    expect(stdout.match(/^ {2}ProxyJump .*/gm)).toEqual(['  ProxyJump lab-1']);
    expect(stdout.match(/ForwardAgent no/g)).toHaveLength(2);
    expect(await run(['ssh', 'loop', '--host', 'lab-1', '--agent', '--', 'true'])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('no agent is running here') as string });
    expect(await run(['exec', 'loop', '--host', 'lab-2', '--jump', 'lab-9', '--', 'true'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--jump one of: lab-1, lab-2') as string });
  });

  it('cp, forward and logs say of a machine that is off how to start it, as exec and ssh do, and try nothing', async () => {
    const file = join(lab.sessions, lab.id, 'session.json');
    const before = readFileSync(file, 'utf8');
    const record = JSON.parse(before) as { stacks: Record<string, { hosts: { name: string; state: string }[] }> };
    for (const host of Object.values(record.stacks).flatMap(({ hosts }) => hosts)) if (host.name === 'lab-1') host.state = 'stopped';
    writeFileSync(file, JSON.stringify(record));
    try {
      const on = ['--host', 'lab-1'];
      for (const args of [['exec', 'loop', ...on, '--', 'true'], ['ssh', 'loop', ...on, '--', 'true'], ['cp', file, 'loop/lab-1:'], ['forward', 'loop', ...on, '0:80'], ['logs', 'loop', ...on]]) {
        const ran = await run(args);
        expect(ran, args.join(' ')).toMatchObject({ exitCode: 6, stdout: '' });
        expect(ran.stderr).toMatch(/lab-1 is stopped[^]*labtui start /);
      }
      // Of several the others are read all the same.
      const all = await run(['logs', 'loop', '--all', '--source', 'journal']);
      expect(all.exitCode).not.toBe(0);
      expect(all.stderr).toContain('lab-1 is stopped');
      expect(all.stderr + all.stdout).toContain('lab-2');
    } finally {
      writeFileSync(file, before);
    }
  });

  it('cp: to the one machine that is named, and back', async () => {
    const [file, there] = [join(place.home, 'up.txt'), join(place.home, 'there')];
    mkdirSync(there);
    writeFileSync(file, 'up');
    expect(await run(['cp', file, `loop:${there}`])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('say which: --host lab-1 | lab-2') as string });
    expect(await run(['cp', file, `loop/lab-2:${there}`])).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringMatching(/1 file, 2 B in/) as string });
    const back = await run(['cp', `loop:${there}/up.txt`, './back.txt', '--host', 'lab-1', '--json']);
    expect(back.json()).toMatchObject({ session: lab.id, host: 'lab-1', direction: 'down', target: './back.txt', files: 1, bytes: 2, resumedBytes: 0 });
    expect(readFileSync(join(place.cwd, 'back.txt'), 'utf8')).toBe('up');
    expect(await run(['cp', 'loop/lab-1:a', 'loop/lab-2:b'])).toMatchObject({ exitCode: 2 });
    expect(await run(['cp', file, './other'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('neither side is a machine') as string });
    expect(await run(['cp', 'no.txt', 'loop/lab-1:'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no.txt: no such file') as string });
    expect(await run(['cp', 'no.txt', 'loup/lab-1:'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('loop') as string });
  });

  it('forward: prints the port it opened, and ends with 130 on Ctrl-C', async () => {
    const running = place.start(['forward', 'loop', `0:127.0.0.1:${lab.port}`, '--host', 'lab-1'], {});
    const [text] = (await once(running.stdout ?? process.stdin, 'data')) as [Buffer];
    const port = Number(/^127\.0\.0\.1:(\d+) -> 127\.0\.0\.1:\d+ on lab-1\n$/.exec(String(text))?.[1]);
    const socket = connect(port, '127.0.0.1');
    const [banner] = (await once(socket, 'data')) as [Buffer];
    expect(String(banner)).toMatch(/^SSH-2\.0-OpenSSH/);
    socket.destroy();
    running.kill('SIGINT');
    expect(await running).toMatchObject({ exitCode: 130, stderr: '' });
    expect(await run(['forward', 'loop', '0.0.0.0:8080:localhost:80', '--host', 'lab-1'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('127.0.0.1 only') as string });
  });

  it('ssh-config --install: one line, at the top, once; ssh works by it; --uninstall leaves the file as it was', async () => {
    const [dotfiles, config] = [join(place.home, 'dotfiles'), join(place.home, '.ssh', 'config')];
    const mine = 'Host old\n  User me\n';
    writeFileSync(dotfiles, mine);
    chmodSync(dotfiles, 0o640);
    mkdirSync(join(place.home, '.ssh'));
    symlinkSync('../dotfiles', config);
    expect(await run(['ssh-config', '--install', '--json'])).toMatchObject({ exitCode: 0 });
    expect((await run(['ssh-config', '--install', '--json'])).json()).toEqual({ file: config, include: `${lab.sessions}/*/ssh/config`, installed: true, changed: false });
    const text = readFileSync(dotfiles, 'utf8');
    expect(text.match(/^Include .*/gm)).toEqual([`Include "${lab.sessions}/*/ssh/config"`]);
    expect(text.startsWith('# labtui') && text.endsWith(mine)).toBe(true);
    expect(lstatSync(config).isSymbolicLink()).toBe(true);
    expect(statSync(dotfiles).mode & 0o777).toBe(0o640);
    const ssh = await execa('ssh', ['-F', config, 'lab-2', 'echo', 'in'], { reject: false });
    expect(ssh).toMatchObject({ exitCode: 0, stdout: 'in' });
    expect((await execa('ssh', ['-G', '-F', config, 'old'])).stdout).toContain('user me\n');
    expect(await run(['ssh-config', '--uninstall'])).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('is taken away') as string });
    expect(readFileSync(dotfiles, 'utf8')).toBe(mine);
    expect(await run(['ssh-config', '--install', 'loop'])).toMatchObject({ exitCode: 2 });
  });

  it('ssh-config --install makes a file where there is none', async () => {
    const alone = createWorkplace({ LABTUI_SESSIONS_DIR: lab.sessions });
    try {
      await alone.run(['ssh-config', '--install']);
      const config = join(alone.home, '.ssh', 'config');
      expect([statSync(config).mode & 0o777, statSync(join(alone.home, '.ssh')).mode & 0o777]).toEqual([0o600, 0o700]);
      await alone.run(['ssh-config', '--uninstall']);
      expect(existsSync(config) ? readFileSync(config, 'utf8') : '').toBe('');
    } finally {
      alone.remove();
    }
  });

  it('inventory: the machines for ansible, for a shell, as JSON', async () => {
    const { stdout: ini } = await run(['inventory', 'loop', '--format', 'ansible']);
    expect(ini).toContain('[loop]\nlab-1 ansible_host=lab-1 ');
    expect(ini).toContain(`[loop:vars]\nansible_ssh_common_args=-F ${lab.paths.sshConfig}\n`);
    writeFileSync(join(place.home, 'env'), (await run(['inventory', 'loop', '--format', 'env'])).stdout);
    const sourced = await execa('sh', ['-euc', '. "$1"; echo "$LABTUI_HOST_COUNT $LABTUI_HOST_2_NAME $LABTUI_HOST_2 $LABTUI_HOST_2_PORT"; ssh -F "$LABTUI_SSH_CONFIG" "$LABTUI_HOST_1_NAME" echo in', 'sh', join(place.home, 'env')], { env: { PATH: process.env.PATH ?? '' }, extendEnv: false });
    expect(sourced.stdout).toBe(`2 lab-2 127.0.0.1 ${lab.port}\nin`);
    expect((await run(['inventory', 'loop', '--format', 'hosts'])).json()).toMatchObject([{ name: 'lab-1', port: lab.port }, { name: 'lab-2' }]);
    expect(await run(['inventory', 'loop', '--format', 'ansible', '--json'])).toMatchObject({ exitCode: 2 });
  });

  it('an address that is another machine\'s now is refused and explained', async () => {
    lab.showOtherKey();
    const refused = await run(['exec', 'loop', '--host', 'lab-1', '--', 'true']);
    expect(refused).toMatchObject({ exitCode: 255 });
    expect(refused.stderr).toMatch(/shows the host key SHA256:\S+, not the pinned SHA256:[^]*may belong to somebody else by now[^]*labtui verify/);
  });
});
