import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import type { World } from '../../../src/rehearsal/engine/world.ts';
import { launch, login, machineIn } from './guest-world.ts';
import { model } from './toy-model.ts';

const hasSsh = (await execa('ssh', ['-V'], { reject: false })).exitCode === 0;
let root: string;
let world: World;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'labtui guest '));
  world = await openWorld(join(root, 'world'), { models: [model] });
  await launch(world);
  await world.setClock({ aheadMs: 700 });
  writeFileSync(join(root, 'key'), login.privateKeyPem, { mode: 0o600 });
  await build({
    entryPoints: [join(import.meta.dirname, 'guest-program.ts')],
    outfile: join(root, 'guest.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    external: ['*.node', 'cpu-features'],
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** OpenSSH's own client; the simulated machine is a process that it starts. */
function ssh(args: readonly string[], { input = '', port = 22, tool = 'ssh' }: { input?: string; port?: number; tool?: string } = {}) {
  const proxy = `'${process.execPath}' '${join(root, 'guest.mjs')}' '${join(root, 'world')}' %h %p %r`;
  const options = [`ProxyCommand=${proxy}`, `UserKnownHostsFile="${join(root, 'known_hosts')}"`, 'StrictHostKeyChecking=accept-new', 'BatchMode=yes', 'LogLevel=ERROR'];
  const all = ['-F', 'none', ...(tool === 'ssh' ? ['-p', String(port)] : []), '-i', join(root, 'key'), ...options.flatMap((option) => ['-o', option]), ...args];
  return execa(tool, all, { input, reject: false, stripFinalNewline: false });
}

describe.skipIf(!hasSsh)("OpenSSH's client on a simulated machine", () => {
  it('runs commands: output, errors, exit code, standard input', async () => {
    const ran = await ssh(['ubuntu@203.0.113.7', 'cat; uname -s; echo no >&2; exit 5'], { input: 'in\n' });
    expect(ran).toMatchObject({ exitCode: 5, stdout: 'in\nLinux\n', stderr: 'no\n' });
    expect(await ssh(['ubuntu@203.0.113.7'], { input: 'whoami\nexit 3\n' })).toMatchObject({ exitCode: 3, stdout: 'ubuntu\n' });
    expect((await ssh(['-tt', 'ubuntu@203.0.113.7', 'tty'])).stdout).toContain('/dev/pts/0');
    const large = await ssh(['ubuntu@203.0.113.7', 'yes 1234567 | head -c 3000000']);
    expect([large.exitCode, large.stdout.length]).toEqual([0, 3_000_000]);
  });

  it('is refused where nothing listens, and where the key is not known', async () => {
    const nobody = await ssh(['ubuntu@203.0.113.8', 'true']);
    expect(nobody).toMatchObject({ exitCode: 255 });
    expect(nobody.stderr).toContain('connect to 203.0.113.8 port 22: Connection refused (simulated)');
    expect(await ssh(['ubuntu@203.0.113.7', 'true'], { port: 2222 })).toMatchObject({ exitCode: 255 });
    expect(await ssh(['other@203.0.113.7', 'true'])).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('Permission denied (publickey)') as string });
  });

  it('takes files by SFTP and gives them back, over another connection; the old way it says why not', async () => {
    const up = await ssh([join(root, 'key'), 'ubuntu@203.0.113.7:'], { tool: 'scp' });
    expect(up).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await ssh(['ubuntu@203.0.113.7', 'cat key'])).stdout).toBe(login.privateKeyPem);
    expect(await ssh(['ubuntu@203.0.113.7:key', join(root, 'back')], { tool: 'scp' })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(root, 'back'), 'utf8')).toBe(login.privateKeyPem);
    const refused = await ssh([join(root, 'key'), 'ubuntu@203.0.113.7:/etc/x'], { tool: 'scp' });
    expect(refused.stderr).toContain('Permission denied');
    const old = await ssh(['-O', join(root, 'key'), 'ubuntu@203.0.113.7:/tmp/x'], { tool: 'scp' });
    expect(old.exitCode).not.toBe(0);
    expect(old.stderr).toContain('this is a simulated guest: files are copied to it and from it by SFTP alone');
  });

  it('is a way to its own SSH server, and to no other port', async () => {
    const way = await ssh(['-W', '127.0.0.1:22', 'ubuntu@203.0.113.7']);
    expect(way.stdout).toMatch(/^SSH-2\.0-OpenSSH_9\.9 simulated-by-labtui/);
    expect(await ssh(['-W', '127.0.0.1:80', 'ubuntu@203.0.113.7'])).toMatchObject({ exitCode: 255, stdout: '' });
  });

  it('sees another host key after the machine made itself one, in whatever process that was', async () => {
    const before = (await machineIn(world)).hostKey;
    const script = `sudo sh -c "ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/ssh/ssh_host_ed25519_key && systemctl reload ssh"`;
    expect(await ssh(['ubuntu@203.0.113.7', script])).toMatchObject({ exitCode: 0 });
    expect((await machineIn(world)).hostKey).not.toEqual(before);
    const after = await ssh(['ubuntu@203.0.113.7', 'true']);
    expect(after).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('REMOTE HOST IDENTIFICATION HAS CHANGED') as string });
  });
});
