import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostsOf } from '../../src/cli/commands/ssh.ts';
import { clouds } from '../../src/clouds/registry.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { destroySession } from '../../src/lab/destroy.ts';
import { listSessions } from '../../src/sessions/summaries.ts';
import { cliContext } from '../support/cli-context.ts';
import { type FakeLab, fakeLab } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const fixtures = join(import.meta.dirname, 'fixtures');
const signal = new AbortController().signal;

/** Session directories as former versions left them, made by their own code; `v2-newer` is of one that is not there yet. */
const old = readdirSync(fixtures).filter((name) => name.startsWith('v1-'));

/** A sessions directory with a fixture in it, copied as `cp -r` or unpacked as an archive leaves it. */
function labWith(fixture: string, { asCopied = false } = {}): FakeLab {
  const lab = fakeLab();
  const directory = join(lab.root, id);
  mkdirSync(lab.root, { recursive: true });
  cpSync(join(fixtures, fixture), directory, { recursive: true });
  for (const path of allBelow(directory)) chmodSync(path, asCopied ? (lstatSync(path).isDirectory() ? 0o755 : 0o644) : lstatSync(path).isDirectory() ? 0o700 : 0o600);
  return lab;
}

function allBelow(directory: string): readonly string[] {
  return [directory, ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name))];
}

const destroyIn = (lab: FakeLab) => destroySession({ id, archived: false, sink: (event) => lab.sink(event), signal, timeoutMs: null }, lab.ports);
const resumeIn = (lab: FakeLab) =>
  applyLab({ lab: { session: id, replan: null }, autoApprove: true, parallelism: null, create: true, sink: (event) => lab.sink(event), signal, timeoutMs: null }, lab.ports);

describe('a session of an older labtui', () => {
  it('is there to be tested', () => expect(old.length).toBeGreaterThanOrEqual(3));

  it.each(old)('%s: is listed, loaded, goes on and is destroyed, with what was kept of its state', async (fixture) => {
    const lab = labWith(fixture);
    expect(listSessions(lab.root)).toMatchObject([{ id, problem: null, phase: 'ready', clouds: ['aws'], rehearsed: false }]);
    const record = await lab.ports.sessions.load(id);
    expect(record).toMatchObject({ v: 1, id, phase: 'ready', profile: { distro: expect.anything() as unknown } });
    expect((await lab.ports.sessions.readEvents(id)).at(-1)).toMatchObject({ type: 'result', ok: true });
    expect(await lab.ports.sessions.backups(id, 'aws')).toHaveLength(1);

    expect(await resumeIn(lab)).toMatchObject({ ok: true, exitCode: 0 });
    lab.events.length = 0;
    expect(await destroyIn(lab)).toMatchObject({ ok: true, exitCode: 0 });
    expect(lab.ofType('receipt')).toMatchObject([{ found: 2, deleted: 2, left: [] }]);
    expect(existsSync(join(lab.root, '.archive', id))).toBe(true);
  });

  it.each(old)('%s: keeps what this labtui does not know when it is saved', async (fixture) => {
    const lab = labWith(fixture);
    const file = join(lab.root, id, 'session.json');
    const content = JSON.parse(readFileSync(file, 'utf8')) as { stacks: { aws: object } };
    writeFileSync(file, JSON.stringify({ ...content, later: { a: 1 }, stacks: { aws: { ...content.stacks.aws, later: [2] } } }));
    await lab.ports.sessions.save(await lab.ports.sessions.load(id));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ later: { a: 1 }, stacks: { aws: { later: [2] } } });
  });

  it('of a newer one is refused by name (5) and left as it is', async () => {
    const lab = labWith('v2-newer');
    const before = readFileSync(join(lab.root, id, 'session.json'), 'utf8');
    expect(listSessions(lab.root)).toMatchObject([{ id, problem: expect.stringContaining('newer labtui') }]);
    const refusal = { kind: 'state', summary: expect.stringMatching(/made by a newer labtui \(9\.0\.0\).*version 2, this labtui reads 1/), hint: expect.stringContaining('update labtui') };
    await expect(lab.ports.sessions.load(id)).rejects.toMatchObject({ problem: refusal });
    for (const run of [destroyIn, resumeIn]) {
      lab.events.length = 0;
      expect(await run(lab)).toMatchObject({ exitCode: 5 });
      expect(lab.ofType('diagnostic')).toMatchObject([refusal]);
    }
    expect(lab.terraform.calls).toEqual([]);
    expect(readFileSync(join(lab.root, id, 'session.json'), 'utf8')).toBe(before);
  });
});

describe('a session directory that was copied from another computer', () => {
  it('is closed to others again and finds its providers anew, with an event for each, and is destroyed', async () => {
    const lab = labWith('v1-costs', { asCopied: true });
    const directory = join(lab.root, id);
    const provider = join(directory, 'stacks/aws/.terraform/providers/registry.terraform.io/hashicorp/aws/6.0.0');
    mkdirSync(provider, { recursive: true });
    symlinkSync('/nowhere/.cache/labtui/plugins/aws', join(provider, 'linux_amd64'));
    const modes: string[] = [];
    const { sessions } = lab.ports;
    const locked: FakeLab['ports'] = {
      ...lab.ports,
      terraform: {
        ...lab.ports.terraform,
        destroy: (call) => {
          // As it stands when Terraform begins.
          for (const path of allBelow(directory).filter((name) => !name.includes('.terraform') && !name.endsWith('tfstate'))) modes.push((statSync(path).mode & 0o077).toString(8));
          return lab.ports.terraform.destroy(call);
        },
      },
    };
    expect(await destroySession({ id, archived: false, sink: (event) => lab.sink(event), signal, timeoutMs: null }, locked)).toMatchObject({ exitCode: 0 });
    expect(new Set(modes)).toEqual(new Set(['0']));
    const said = lab.ofType('log').map(({ message }) => message);
    expect(said.filter((message) => message.includes('closed to all but you'))).toEqual([expect.stringContaining('(0755)')]);
    expect(said.filter((message) => message.includes('init makes them anew'))).toHaveLength(1);
    expect(lab.terraform.calls).toEqual(['init', 'destroy']);
    expect((await sessions.readEvents(id)).some((event) => event.type === 'log' && event.message.includes('closed to all but you'))).toBe(true);
  });

  it('can be logged in to: key 0600, configuration with the paths of this place; a second time nothing is to be done', async () => {
    const lab = labWith('v1-costs', { asCopied: true });
    const ssh = join(lab.root, id, 'ssh');
    const elsewhere = '/home/other/.local/state/labtui/sessions/lab-bbbbbb/ssh';
    writeFileSync(join(ssh, 'config'), `Host lab-aws-1\n  IdentityFile ${elsewhere}/id_ed25519\n  UserKnownHostsFile ${elsewhere}/known_hosts\n`);
    const context = { ...cliContext({ clouds, cwd: join(lab.root, '..') }) };
    const said: string[] = [];
    const listening = { ...context, settings: { ...context.settings, sessionsDir: lab.root }, err: (text: string) => void said.push(text) };
    expect((await hostsOf(listening, id)).hosts).toHaveLength(2);
    expect(statSync(join(ssh, 'id_ed25519')).mode & 0o777).toBe(0o600);
    const config = readFileSync(join(ssh, 'config'), 'utf8');
    expect(config).not.toContain('/home/other');
    expect(config).toContain(`IdentityFile ${join(ssh, 'id_ed25519')}`);
    expect(said.join('')).toContain('ssh/id_ed25519 (0644)');

    said.length = 0;
    await hostsOf(listening, id);
    expect(said).toEqual([]);
    expect(await lab.ports.sessions.mend(id)).toEqual({ closed: [], open: [], unlinked: [] });
  });

  it('never has anything changed behind a symbolic link in it', async () => {
    const lab = labWith('v1-costs');
    const outside = join(lab.root, '../outside');
    mkdirSync(outside);
    chmodSync(outside, 0o755);
    writeFileSync(join(outside, 'file'), '');
    chmodSync(join(outside, 'file'), 0o644);
    symlinkSync(outside, join(lab.root, id, 'stacks/linked'));
    symlinkSync(join(outside, 'file'), join(lab.root, id, 'ssh/linked'));
    await lab.ports.sessions.mend(id);
    expect([statSync(outside).mode & 0o777, statSync(join(outside, 'file')).mode & 0o777]).toEqual([0o755, 0o644]);
  });
});
