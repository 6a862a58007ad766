import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { guestSession } from '../support/guest/guest-session.ts';
import { type Guests, guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { createWorkplace, finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { resultOf, simulatedClouds, writeLab } from '../support/rehearsal.ts';
import { ed25519Keys, revealed } from '../support/revealed.ts';
import { type ChildSeen, watchChildren } from '../support/watch-children.ts';

/** What a user's shell may hold, each under the name its cloud's tools read. None of it is true. */
const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA',
  AWS_SECRET_ACCESS_KEY: 'aws-secret-wJalrXUtnFEMIK7MDENGbPxRfiCY',
  AWS_SESSION_TOKEN: 'aws-token-IQoJb3JpZ2luX2VjEJr',
  ARM_CLIENT_ID: '11111111-1111-1111-1111-111111111111',
  ARM_TENANT_ID: '22222222-2222-2222-2222-222222222222',
  ARM_SUBSCRIPTION_ID: '33333333-3333-3333-3333-333333333333',
  ARM_CLIENT_SECRET: 'azure-secret-8Q~aaaaaaaaaaaaaaaaaaaaaaaa',
  GOOGLE_OAUTH_ACCESS_TOKEN: 'gcp-token-ya29.aaaaaaaaaaaaaaaaaaaa',
  TF_TOKEN_app_example_org: 'registry-token-aaaaaaaaaaaaaaaa',
  GITHUB_TOKEN: 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  HTTPS_PROXY_PASSWORD: 'proxy-password-aaaaaaaa',
};
const secretNames = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'ARM_CLIENT_SECRET', 'GOOGLE_OAUTH_ACCESS_TOKEN', 'TF_TOKEN_app_example_org', 'GITHUB_TOKEN', 'HTTPS_PROXY_PASSWORD'] as const;

const skip = skipLoudly('secrets of a rehearsed life', await missingTools(['terraform']));

describe.skipIf(skip || process.platform !== 'linux')('the secrets of a lab, over its whole life', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace(credentials);
  });
  afterAll(() => place.remove());

  /** Every file that labtui and its Terraform wrote, by what is packed in it. Not the simulated clouds and guests: they are the other side. */
  const filesWritten = (): ReadonlyMap<string, string> =>
    new Map(
      readdirSync(place.home, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => !file.includes('/.rehearsal/') && !file.includes('/.terraform/'))
        .map((file) => [file.slice(place.home.length + 1), revealed(readFileSync(file, 'latin1'))]),
    );
  const run = async (args: readonly string[]): Promise<{ readonly children: readonly ChildSeen[]; readonly done: ReturnType<typeof finished> }> => {
    const started = place.start(args);
    const watch = watchChildren(started.pid ?? 0);
    const done = finished(await started);
    return { children: watch.stop(), done };
  };
  const where = (files: ReadonlyMap<string, string>, secret: string): readonly string[] => [...files].filter(([, text]) => text.includes(secret)).map(([file]) => file);

  it.each(simulatedClouds)('on %s: are nowhere but in ssh/ while it lives, and nowhere at all afterwards', async (cloud) => {
    const profile = writeLab(place, { name: `secret-${cloud}`, cloud, count: 2 });
    const { children, done } = await run(['apply', '--profile', profile, '--rehearse', '--auto-approve', '--json']);
    expect(resultOf(done)).toMatchObject({ ok: true });
    const { session } = { session: '', ...done.events.at(-1) };
    const id = session ?? '';
    const login = ed25519Keys(readFileSync(join(place.sessions, id, 'ssh/id_ed25519'), 'latin1'))[0];
    if (login === undefined) throw new Error('the session has no key');

    const alive = filesWritten();
    expect(where(alive, login.seed)).toEqual([`sessions/${id}/ssh/id_ed25519`]);
    for (const name of secretNames) expect(where(alive, credentials[name]), name).toEqual([]);

    // That the search finds what is packed away: the host keys that were handed over are in Terraform's files. Debian on GCP gets none.
    const configuration = alive.get(`sessions/${id}/stacks/${cloud}/cdk.tf.json`) ?? '';
    const handedOver = ed25519Keys(configuration);
    expect(new Set(handedOver.map(({ publicKey }) => publicKey)).size).toBe(cloud === 'gcp' ? 0 : 2);
    // They are spent: no machine is known by one of them any more.
    const pinned = readFileSync(join(place.sessions, id, 'ssh/known_hosts'), 'utf8');
    expect(pinned.trim().split('\n')).toHaveLength(2);
    for (const { publicKey } of handedOver) expect(pinned).not.toContain(publicKey);
    expect(handedOver.map(({ seed }) => seed)).not.toContain(login.seed);

    expect(children.some(({ argv }) => argv.includes('terraform'))).toBe(true);
    const requireClean = (seen: readonly ChildSeen[]): void => {
      for (const { argv, environment } of seen) {
        for (const name of secretNames) expect(`${argv}\n${environment}`, `${name} in ${argv}`).not.toContain(credentials[name]);
        expect(revealed(`${argv}\n${environment}`)).not.toContain(login.seed);
      }
    };
    requireClean(children);

    await place.run(['exec', id, '--host', '1', '--', 'true']);
    const ended = await run(['destroy', id, '--auto-approve', '--json']);
    expect(resultOf(ended.done)).toMatchObject({ ok: true });
    requireClean(ended.children);
    const afterwards = filesWritten();
    expect(where(afterwards, login.seed)).toEqual([]);
    for (const name of secretNames) expect(where(afterwards, credentials[name]), name).toEqual([]);
    // What was printed is seen by whoever reads the pipeline's log.
    for (const text of [done.stdout, done.stderr, ended.done.stdout, ended.done.stderr]) {
      for (const name of secretNames) expect(text).not.toContain(credentials[name]);
      expect(revealed(text)).not.toContain(login.seed);
    }
  });
});

describe.skipIf(skipLoudly('a spent host key on a real OpenSSH server', guestSkipReason()))('a host key that was handed over, once it is spent', () => {
  let guests: Guests;
  let dir: string;
  beforeAll(async () => {
    guests = await startGuests();
    dir = await mkdtemp(join(tmpdir(), 'labtui-spent-'));
  });
  afterAll(async () => {
    await guests.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('opens nothing: not the machine as a login, and nobody can pass for the machine with it', async () => {
    const imageName = 'Fedora-Cloud-Base-AmazonEC2.x86_64-44-20261101.0';
    const [name, address] = ['spent', '192.0.2.77'];
    const session = await guestSession({ dir, name, address, user: 'fedora', proxyCommand: guests.proxyCommand });
    await guests.addHost(address, { id: 'i-spent', publicKeys: [], imageName, userData: session.userData });
    expect(await session.waitUntilReady()).toMatchObject({ ok: true, warnings: [] });
    expect(await session.exec(['id', '-un'])).toMatchObject({ code: 0, stdout: 'fedora' });

    // Whoever reads Terraform's files has this.
    const stolen = ed25519Keys(revealed(session.userData));
    expect(stolen).toHaveLength(1);
    expect(session.injectedHostKey).toContain(stolen[0]?.publicKey);
    const file = join(dir, 'stolen');
    await writeFile(file, stolen[0]?.pem ?? '');
    await chmod(file, 0o600);
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', `ProxyCommand=${guests.proxyCommand}`];
    for (const user of ['fedora', 'root']) {
      const attempt = await execa('ssh', ['-F', '/dev/null', '-i', file, '-l', user, ...options.flatMap((option) => ['-o', option]), address, 'true'], { reject: false, timeout: 60_000 });
      expect([attempt.exitCode, attempt.stderr]).toEqual([255, expect.stringContaining('Permission denied')]);
    }

    // An impostor at the same address: a machine that has the stolen key as its host key.
    await guests.setFaults(address, { rotation: 'refused' });
    await guests.addHost(address, { id: 'i-impostor', publicKeys: [], imageName, userData: session.userData });
    await expect(session.exec(['id', '-un'])).rejects.toMatchObject({ problem: expect.anything() as unknown });
    const bySsh = await session.openSsh('id -un');
    expect([bySsh.code, bySsh.stdout]).toEqual([255, '']);
    expect(bySsh.stderr).toMatch(/HOST IDENTIFICATION HAS CHANGED|Host key verification failed/);
    // It is an impostor with that very key, and not one that cannot be reached.
    const trusting = join(dir, 'trusting');
    await writeFile(trusting, `* ${session.injectedHostKey}\n`);
    const loginKey = /IdentityFile (\S+)/.exec(await readFile(session.paths.sshConfig, 'utf8'))?.[1] ?? '';
    const fooled = await execa('ssh', ['-F', '/dev/null', '-i', loginKey, '-l', 'fedora', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${trusting}`, '-o', `ProxyCommand=${guests.proxyCommand}`, address, 'id -un'], { reject: false, timeout: 60_000 });
    expect([fooled.exitCode, fooled.stdout]).toEqual([0, 'fedora']);
  });
});

it('the search itself finds a key however it is packed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'labtui-key-'));
  try {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'x', '-f', join(dir, 'key')]);
    const pem = readFileSync(join(dir, 'key'), 'utf8');
    const [key] = ed25519Keys(pem);
    expect(readFileSync(join(dir, 'key.pub'), 'utf8')).toContain(key?.publicKey);
    const { gzipSync } = await import('node:zlib');
    const packed = [pem, JSON.stringify({ pem }), Buffer.from(pem).toString('base64'), gzipSync(Buffer.from(pem)).toString('base64'), Buffer.from(gzipSync(`x: ${Buffer.from(pem).toString('base64')}`)).toString('base64')];
    for (const text of packed) expect(revealed(text)).toContain(key?.seed);
    writeFileSync(join(dir, 'other'), '');
    expect(revealed(Buffer.from('nothing of it, but long enough to be looked at').toString('base64'))).not.toContain(key?.seed);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
