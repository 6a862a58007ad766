import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programOf, publishRelease, releaseHost, type ReleaseHost, signingKey, sumsName, version, zipName } from '../install/release-host.ts';
import { createWorkplace, type Workplace } from '../support/labtui.ts';

let host: ReleaseHost;
let place: Workplace;
let binary: string;

beforeEach(async () => {
  host = await releaseHost();
  // A PATH without terraform.
  place = createWorkplace({ PATH: '/nowhere', LABTUI_TERRAFORM_MIRROR: host.url });
  binary = join(place.home, `.cache/labtui/terraform/${version}/terraform`);
});
afterEach(async () => {
  await host.close();
  place.remove();
});

/** As an earlier run has left it. */
function alreadyThere(): void {
  const program = programOf(version);
  mkdirSync(dirname(binary), { recursive: true });
  writeFileSync(binary, program, { mode: 0o755 });
  writeFileSync(`${binary}.sha256`, `${createHash('sha256').update(program).digest('hex')}  terraform\n`);
}

describe('doctor --install-terraform', () => {
  it('asks the mirror that is named, and installs nothing that HashiCorp has not signed (4)', async () => {
    await publishRelease(host, await signingKey());
    const run = await place.run(['doctor', '--install-terraform']);
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(run.stderr).toContain(`asking ${host.url}terraform/${version}/`);
    expect(run.stderr).toMatch(/error: .* is signed by another key than HashiCorp's/);
    expect(host.requests).not.toContain(zipName);
    expect(readdirSync(join(place.home, '.cache/labtui/terraform'))).toEqual([]);
    expect((await place.run(['doctor', '--install-terraform', '--json'])).events).toMatchObject([{ type: 'diagnostic', kind: 'prerequisite' }]);
  });

  it('fails without a network (5), and with a mirror that is none (3)', async () => {
    await host.close();
    const cut = await place.run(['doctor', '--install-terraform', '--quiet'], { env: { HTTPS_PROXY: 'http://127.0.0.1:9' } });
    expect(cut.exitCode).toBe(5);
    expect(cut.stderr).toMatch(/ECONNREFUSED[\s\S]*HTTPS_PROXY is set, but Node does not use it/);
    const wrong = await place.run(['doctor', '--install-terraform'], { env: { LABTUI_TERRAFORM_MIRROR: 'ftp://host' } });
    expect(wrong.exitCode).toBe(3);
  });

  it('leaves one that is there alone, says where it is, and labtui uses it where PATH has none', async () => {
    expect((await place.run(['doctor'])).stdout).toContain('labtui doctor --install-terraform');
    alreadyThere();
    const run = await place.run(['doctor', '--install-terraform']);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`terraform ${version}   ${binary}   was there already`) });
    expect((await place.run(['doctor', '--install-terraform', '--json'])).json()).toEqual({
      ...{ ok: true, product: 'terraform', version, binary, fetched: false, inUse: binary },
    });
    expect(host.requests).toEqual([]);
    expect((await place.run(['doctor'])).stdout).toContain(`terraform ${version} (${binary})`);
  });

  it('stops at once on Ctrl-C (130), and leaves nothing', async () => {
    const asked = new Promise<void>((resolve) => host.put(sumsName, () => resolve()));
    const child = place.start(['doctor', '--install-terraform']);
    await asked;
    child.kill('SIGINT');
    expect(await child).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('interrupted before Terraform was installed') });
    expect(readdirSync(join(place.home, '.cache/labtui/terraform'))).toEqual([]);
  });

  it('says when another terraform goes first', async () => {
    alreadyThere();
    const other = join(place.home, 'bin');
    mkdirSync(other);
    writeFileSync(join(other, 'terraform'), programOf('1.5.7'), { mode: 0o755 });
    const run = await place.run(['doctor', '--install-terraform'], { env: { PATH: other } });
    expect(run.stderr).toContain(`labtui goes on with ${other}/terraform; to use this one: --terraform-bin ${binary}`);
    expect(existsSync(binary)).toBe(true);
  });

  it('is offered by help and completion', async () => {
    expect((await place.run(['doctor', '--help'])).stdout).toMatch(/--install-terraform[\s\S]*LABTUI_TERRAFORM_MIRROR/);
    expect((await place.run(['completion', 'bash'])).stdout).toMatch(/'doctor'\) words='[^']*--install-terraform/);
  });
});
