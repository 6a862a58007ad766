import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editorWords } from '../../../src/cli/tui/edit.ts';
import { Interrupter, workerOn } from '../../../src/cli/tui/interrupt.ts';
import { sessionFiles } from '../../../src/cli/tui/session-files.ts';
import { LabError } from '../../../src/core/errors.ts';
import { processStartTime } from '../../../src/platform/process-identity.ts';
import { createSessionStore } from '../../../src/sessions/store.ts';
import { sampleRecord } from '../../sessions/sample-record.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'labtui-port-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const id = 'fedora-aws-abc234';
const store = () => createSessionStore({ root, now: () => new Date(), hostName: hostname(), pid: process.pid });

describe('the labtui that works on a session', () => {
  const lock = (holder: object): void => writeFileSync(join(root, id, '.lock'), JSON.stringify({ token: 'abcdef0123456789', purpose: 'apply', since: new Date().toISOString(), ...holder }));

  it('is the one that its lock names, and gets one SIGINT', async () => {
    await store().create(sampleRecord());
    expect(await workerOn(root, id)).toBeNull();
    const child = execa('sleep', ['30'], { reject: false });
    const pid = child.pid ?? 0;
    lock({ pid, startTime: processStartTime(pid), host: hostname() });
    const worker = await workerOn(root, id);
    expect(worker).toEqual({ pid, startTime: processStartTime(pid) });
    expect(worker !== null && new Interrupter().interrupt(worker)).toBe(true);
    expect((await child).signal).toBe('SIGINT');
    expect(worker !== null && new Interrupter().interrupt(worker)).toBe(false);
  });

  it('is nobody on another computer, and no other process of that number', async () => {
    await store().create(sampleRecord());
    const child = execa('sleep', ['30'], { reject: false });
    const pid = child.pid ?? 0;
    lock({ pid, startTime: processStartTime(pid), host: 'elsewhere' });
    expect(await workerOn(root, id)).toBeNull();
    lock({ pid, startTime: '1', host: hostname() });
    const worker = await workerOn(root, id);
    expect(worker !== null && new Interrupter().interrupt(worker)).toBe(false);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
    expect(await workerOn(root, 'nobody-abc234')).toBeNull();
  });
});

describe('the files of a session', () => {
  it('are those that a person may read, in the archive too; never a key, a state or what a link leads to', async () => {
    const sessions = store();
    const paths = await sessions.create(sampleRecord());
    for (const stack of ['gcp', 'aws']) {
      mkdirSync(paths.stack(stack), { recursive: true });
      writeFileSync(join(paths.stack(stack), 'cdk.tf.json'), `{"${stack}":1}`);
      writeFileSync(paths.state(stack), '{"secret":1}');
    }
    writeFileSync(paths.privateKey, 'secret');
    writeFileSync(paths.sshConfig, 'Host x\n');
    symlinkSync(paths.privateKey, paths.receipt);
    const names = ['stacks/aws/cdk.tf.json', 'stacks/gcp/cdk.tf.json', 'session.json', 'ssh/config'];
    const files = await sessionFiles(root, id);
    expect(files.map(({ name }) => name)).toEqual(names);
    expect(files[0]).toEqual({ name: 'stacks/aws/cdk.tf.json', path: join(root, id, 'stacks/aws/cdk.tf.json'), text: '{"aws":1}' });
    rmSync(paths.receipt);
    writeFileSync(paths.receipt, '{}');
    await sessions.archive(id);
    const archived = await sessionFiles(root, id);
    expect(archived.map(({ name }) => name)).toEqual([...names.slice(0, 3), 'receipt.json', 'ssh/config']);
    expect(archived[0]?.path).toBe(join(root, '.archive', id, 'stacks/aws/cdk.tf.json'));
  });

  it('of a session that is not there are refused', async () => {
    await expect(sessionFiles(root, 'nobody-abc234')).rejects.toMatchObject({ problem: { kind: 'not-found' } });
    await expect(sessionFiles(root, '../etc')).rejects.toBeInstanceOf(LabError);
  });
});

describe('the editor', () => {
  it.each([
    [{ VISUAL: 'code --wait', EDITOR: 'vi' }, ['code', '--wait']],
    [{ VISUAL: ' ', EDITOR: 'vi' }, ['vi']],
    [{ EDITOR: "'/opt/my editor/bin/ed' -p 'a b'" }, ['/opt/my editor/bin/ed', '-p', 'a b']],
    [{ EDITOR: '$HOME/bin/ed', HOME: '/home/me' }, ['/home/me/bin/ed']],
  ])('%j', (environment, words) => {
    expect(editorWords(environment)).toEqual(words);
  });

  it.each(['vi; rm -rf ~', 'vi && true', 'vi > out', 'a | b'])('%j is refused: no shell runs it', (EDITOR) => {
    expect(() => editorWords({ EDITOR })).toThrow('not a line for a shell');
  });

  it('is vi, else nano, else a clear failure', () => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    expect(() => editorWords({ PATH: bin })).toThrow('no editor is named');
    const install = (name: string): void => {
      writeFileSync(join(bin, name), '#!/bin/sh\n');
      chmodSync(join(bin, name), 0o755);
    };
    install('nano');
    expect(editorWords({ PATH: `relative:${bin}` })).toEqual(['nano']);
    mkdirSync(join(root, 'other/vi'), { recursive: true });
    expect(editorWords({ PATH: `${join(root, 'other')}:${bin}` })).toEqual(['nano']);
    install('vi');
    expect(editorWords({ PATH: bin })).toEqual(['vi']);
  });
});
