import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf, LabError } from '../../src/core/errors.ts';
import type { SshPlan } from '../../src/core/plan.ts';
import { makeLoginKey } from '../../src/ssh/keys.ts';
import { createSsh } from '../../src/ssh/ssh.ts';

let home: string;
let agent: { socket: string; stop: () => void } | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'labtui-home-'));
  mkdirSync(join(home, '.ssh'));
});
afterEach(() => {
  agent?.stop();
  agent = null;
  rmSync(home, { recursive: true, force: true });
});

const plan = (key: string, more: Partial<SshPlan> = {}): SshPlan => ({
  key,
  keyType: 'ed25519',
  allowFrom: 'auto',
  port: 22,
  proxyCommand: null,
  timeoutMs: 1,
  ...more,
});
const prepare = (ssh: SshPlan) =>
  createSsh({ homeDir: home, environment: agent === null ? {} : { SSH_AUTH_SOCK: agent.socket } }).prepareKey(ssh);
const refusal = async (ssh: SshPlan) => {
  const error: unknown = await prepare(ssh).catch((caught: unknown) => caught);
  if (!(error instanceof LabError)) throw new Error(`expected a refusal, got ${String(error)}`);
  const { kind, summary, hint } = error.problem;
  return { exit: exitCodeOf(kind, 'before-creation'), summary, hint };
};
const write = (name: string, text: string) => {
  const file = join(home, '.ssh', name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};

async function startAgent(): Promise<void> {
  const socket = join(home, 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  agent = { socket, stop: () => child.kill() };
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      execFileSync('ssh-add', ['-l'], { env: { SSH_AUTH_SOCK: socket, PATH: process.env.PATH }, stdio: 'pipe' });
    } catch (error) {
      // 1: it answers and holds nothing.
      if (error instanceof Error && 'status' in error && error.status === 1) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('no agent');
}
const add = (file: string) =>
  execFileSync('ssh-add', ['-q', file], { env: { SSH_AUTH_SOCK: agent?.socket, PATH: process.env.PATH }, stdio: 'pipe' });

describe('ssh.key', () => {
  it('generate: makes a pair of the type asked for', async () => {
    expect(await prepare(plan('generate'))).toMatchObject({
      key: { kind: 'generated', publicKey: expect.stringMatching(/^ssh-ed25519 /) as string },
      privateKeyPem: expect.stringContaining('OPENSSH PRIVATE KEY') as string,
    });
    expect((await prepare(plan('generate', { keyType: 'rsa' }))).key).toMatchObject({ publicKey: expect.stringMatching(/^ssh-rsa /) as string });
  });

  it("the id of a key in Azure: is no path, though it begins as one; its private half goes by the key's name", async () => {
    const { privateKeyPem } = makeLoginKey('ed25519', 'me@here');
    const file = write('team', privateKeyPem);
    const id = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/keys/providers/Microsoft.Compute/sshPublicKeys/team';
    expect((await prepare(plan(id))).key).toEqual({ kind: 'cloud', cloudKeyName: id, privateKeyFile: file });
    expect(await refusal(plan(id.replace(/team$/, 'other')))).toMatchObject({ exit: 4, summary: expect.stringContaining('~/.ssh/other.pem') as string });
    expect(await refusal(plan('/subscriptions/keys/team.pub'))).toMatchObject({ exit: 4, summary: 'there is no key file /subscriptions/keys/team.pub' });
  });

  it('a .pub file: takes the private half beside it, ~ stands for home', async () => {
    const { privateKeyPem, publicKey } = makeLoginKey('ed25519', 'me@here');
    const file = write('lab key', privateKeyPem);
    write('lab key.pub', `${publicKey}\n`);
    expect(await prepare(plan('~/.ssh/lab key.pub'))).toEqual({
      key: { kind: 'existing', publicKey, privateKeyFile: file },
      privateKeyPem: null,
    });
  });

  it('a .pub file without its private half: the agent may have it, else exit 4 naming the file', async () => {
    const { privateKeyPem, publicKey } = makeLoginKey('ed25519', 'me@here');
    const file = write('lab.pub', publicKey);
    const elsewhere = write('elsewhere', privateKeyPem);
    const missing = await refusal(plan(file));
    expect(missing.exit).toBe(4);
    expect(missing.summary).toContain(file.replace('.pub', ''));
    expect(missing.hint).toContain('ssh-add');

    await startAgent();
    expect((await refusal(plan(file))).exit).toBe(4);
    add(elsewhere);
    expect((await prepare(plan(file))).key).toEqual({ kind: 'existing', publicKey, privateKeyFile: null });
  });

  it('a private half that is another key, or locked, does not count', async () => {
    const { publicKey } = makeLoginKey('ed25519', '');
    const file = write('lab.pub', publicKey);
    write('lab', makeLoginKey('ed25519', '').privateKeyPem);
    expect((await refusal(plan(file))).exit).toBe(4);

    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', join(home, '.ssh', 'locked')]);
    expect((await refusal(plan('~/.ssh/locked.pub'))).summary).toContain('passphrase');
  });

  it('a private key is refused, and the public one named', async () => {
    const file = write('lab', makeLoginKey('ed25519', '').privateKeyPem);
    expect(await refusal(plan(file))).toEqual({
      exit: 3,
      summary: `${file} is a private key`,
      hint: `name its public half: --ssh-key ${file}.pub`,
    });
  });

  it('a file that is missing is exit 4, one that is no key exit 3', async () => {
    expect((await refusal(plan('./nowhere.pub'))).exit).toBe(4);
    expect((await refusal(plan(write('text.pub', 'hello')))).exit).toBe(3);
  });

  it('a name: a key in the cloud, its private half in ~/.ssh, or with the agent, else exit 4', async () => {
    expect((await refusal(plan('work'))).summary).toContain('~/.ssh/work.pem');
    await startAgent();
    expect((await refusal(plan('work'))).exit).toBe(4);
    const pem = write('work.pem', makeLoginKey('rsa', '').privateKeyPem);
    expect((await prepare(plan('work'))).key).toEqual({ kind: 'cloud', cloudKeyName: 'work', privateKeyFile: pem });
    add(pem);
    expect((await prepare(plan('elsewhere'))).key).toEqual({ kind: 'cloud', cloudKeyName: 'elsewhere', privateKeyFile: null });
  });
});

describe('ssh.proxyCommand', () => {
  it.each([
    ['ssh -W %h:%p jump | tee log', '"|"'],
    ['nc %h %p 2>/dev/null', '">"'],
    ['nc $(cat host) %p', '"$("'],
    ['nc %h %p # home', '"#"'],
  ])('%s is refused before anything is made: only a shell understands it', async (proxyCommand) => {
    const { exit, hint } = await refusal(plan('generate', { proxyCommand }));
    expect(exit).toBe(3);
    expect(hint).toContain("sh -c '");
  });

  it('an unknown token is refused', async () => {
    expect((await refusal(plan('generate', { proxyCommand: 'nc %h %P' }))).summary).toContain('%P');
    await expect(prepare(plan('generate', { proxyCommand: `sh -c 'nc "$1" %p | cat' -- %h 100%%` }))).resolves.toBeDefined();
  });
});
