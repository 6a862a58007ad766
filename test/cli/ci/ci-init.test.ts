import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as splitShell } from 'shell-quote';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ciInit, type CiInitOptions } from '../../../src/cli/commands/ci.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { credentialSource as azureSource } from '../../../src/clouds/azure/credential-source.ts';
import { findCredentials } from '../../../src/clouds/gcp/credential-source.ts';
import { clouds } from '../../../src/clouds/registry.ts';
import { cliContext } from '../../support/cli-context.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function repository(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'labtui-ci-'));
  folders.push(root);
  for (const [path, text] of Object.entries({ '.git/config': '', ...files })) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function init(cwd: string, options: CiInitOptions = {}, command: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  const context = cliContext({ clouds, cwd, json: true });
  expect(await ciInit({ ...context, environment: { ...context.environment, ...environment } }, command, options)).toBe(0);
  return JSON.parse(context.printed()) as { files: { path: string; status: string; content: string }[]; include: string | null; variables: Record<string, string[]> };
}

/** The one file that a provider gets, as its text. */
async function fileOf(provider: 'github' | 'gitlab', options: CiInitOptions, command: readonly string[] = []): Promise<string> {
  const { files } = await init(repository(), { ...options, provider: [provider], stdout: true }, command);
  expect(files).toHaveLength(1);
  return files[0]?.content ?? '';
}

const everywhere = { distro: ['debian@*', 'fedora'], cloud: ['aws', 'azure', 'gcp', 'local'], arch: ['amd64', 'arm64'] };

interface Step {
  readonly name: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: { readonly labs: { readonly env?: Readonly<Record<string, string>>; readonly if?: string; readonly steps: readonly Step[] } };
}
interface Job {
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly after_script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly artifacts: unknown;
}
const workflow = (text: string): Workflow => parse(text) as Workflow;
const job = (text: string): Job => (parse(text) as { labtui: Job }).labtui;

describe('GitHub Actions', () => {
  it('signs in to the clouds named by the job\'s own token, with the least rights, and leaves nothing', async () => {
    const text = await fileOf('github', everywhere);
    const { permissions, jobs } = workflow(text);
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(text).not.toMatch(/secrets\.|latest/);
    expect(jobs.labs).toMatchObject({ 'runs-on': 'ubuntu-24.04', 'timeout-minutes': 60, if: expect.stringContaining('head.repo.full_name == github.repository') });
    const { steps } = jobs.labs;
    expect(steps.map(({ uses }) => uses).filter((uses) => uses !== undefined)).toEqual([
      ...['actions/checkout@v6', 'aws-actions/configure-aws-credentials@v6', 'azure/login@v3', 'google-github-actions/auth@v3', 'actions/upload-artifact@v7'],
    ]);
    expect(steps[0]?.with).toEqual({ 'persist-credentials': false });
    expect(steps.find(({ name }) => name === 'Run')).toMatchObject({ 'timeout-minutes': 45 });
    expect(steps.slice(-2)).toMatchObject([{ if: 'always()', with: { path: 'labtui.xml' } }, { if: 'always()', run: 'labtui cleanup --all -y' }]);
    // As labtui and Terraform's provider find it.
    const { env = {} } = jobs.labs;
    expect(azureSource({ ...env, ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' })).toMatchObject({ kind: 'assertion-request' });
  });

  it('keeps the login out of the directory that goes to the machines', async () => {
    const { steps } = workflow(await fileOf('github', { cloud: ['gcp'] })).jobs.labs;
    const folder = repository();
    const [workspace, temp, variables] = [join(folder, 'gha-creds-1.json'), join(folder, 'temp'), join(folder, 'env')];
    mkdirSync(temp);
    writeFileSync(workspace, '{}');
    const script = steps.find(({ name }) => name === 'Keep the login out of the working directory')?.run ?? '';
    execFileSync('/bin/sh', ['-euc', script], { env: { PATH: process.env.PATH, GOOGLE_APPLICATION_CREDENTIALS: workspace, RUNNER_TEMP: temp, GITHUB_ENV: variables } });
    expect(existsSync(workspace)).toBe(false);
    expect(readFileSync(variables, 'utf8')).toContain(`GOOGLE_APPLICATION_CREDENTIALS=${join(temp, 'google-login.json')}\n`);
    expect(existsSync(join(temp, 'google-login.json'))).toBe(true);
  });

  it('has no login and no right to one where none is needed', async () => {
    for (const options of [{ rehearse: true, cloud: ['aws', 'gcp'] }, { cloud: ['local'] }]) {
      const text = await fileOf('github', options);
      expect(workflow(text)).toMatchObject({ permissions: { contents: 'read' } });
      expect(workflow(text).permissions).not.toHaveProperty('id-token');
      expect(text).not.toMatch(/vars\.|login@|head\.repo/);
      expect(text.includes('qemu-system-x86')).toBe(!options.rehearse);
    }
  });

  it('runs where it was asked for, below the root of the repository too', async () => {
    const root = repository();
    mkdirSync(join(root, 'tests/deep'), { recursive: true });
    const { files } = await init(join(root, 'tests/deep'), { provider: ['github', 'gitlab'], rehearse: true });
    expect(files.map(({ path }) => path)).toEqual(['.github/workflows/labtui.yml', '.gitlab-ci.yml']);
    const { labs } = workflow(readFileSync(join(root, '.github/workflows/labtui.yml'), 'utf8')).jobs;
    expect(labs).toMatchObject({ defaults: { run: { 'working-directory': 'tests/deep' } } });
    expect(labs.steps.at(-2)).toMatchObject({ with: { path: 'tests/deep/labtui.xml' } });
    expect(job(readFileSync(join(root, '.gitlab-ci.yml'), 'utf8'))).toMatchObject({ script: ['cd tests/deep\n', expect.anything()], artifacts: { reports: { junit: 'tests/deep/labtui.xml' } } });
  });
});

describe('GitLab', () => {
  it('signs in by ID tokens, keeps the results, and cleans up in a shell of its own with its own time', async () => {
    const found = job(await fileOf('gitlab', everywhere));
    expect(found).toMatchObject({
      timeout: '60 minutes',
      id_tokens: { AWS_ID_TOKEN: { aud: 'sts.amazonaws.com' }, AZURE_ID_TOKEN: { aud: 'api://AzureADTokenExchange' }, GCP_ID_TOKEN: { aud: expect.stringContaining('$GCP_WORKLOAD_IDENTITY_PROVIDER') } },
      variables: { RUNNER_SCRIPT_TIMEOUT: '45m', RUNNER_AFTER_SCRIPT_TIMEOUT: '10m' },
      after_script: ['labtui cleanup --all -y'],
      // A sweeper's schedule makes no labs.
      rules: [{ if: '$LABTUI_SWEEP == "1"', when: 'never' }, {}, {}, {}],
      artifacts: { when: 'always', reports: { junit: 'labtui.xml' } },
    });
    // What a later shell needs is a variable of the job, not of the script.
    expect(found.before_script.join('\n')).not.toContain('export ');
  });

  it('writes logins that labtui and Terraform read, for nobody else to read', async () => {
    const { before_script: before, variables } = job(await fileOf('gitlab', { cloud: ['azure', 'gcp'] }));
    const temp = repository();
    const here = (text: string): string => text.replaceAll('/tmp/', `${temp}/`);
    const script = before.filter((line) => !/^(npm|labtui) /.test(line)).map(here).join('\n');
    const own = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, here(value)]));
    const env = { ...own, AZURE_ID_TOKEN: 'a.b.c', GCP_ID_TOKEN: 'd.e.f', GCP_WORKLOAD_IDENTITY_PROVIDER: 'projects/1/p', GCP_SERVICE_ACCOUNT: 'ci@x.iam', ARM_CLIENT_ID: 'c', ARM_TENANT_ID: 't' };
    execFileSync('/bin/sh', ['-euc', script], { env: { PATH: process.env.PATH, ...env } });
    expect(azureSource(env)).toMatchObject({ kind: 'assertion', token: { file: join(temp, 'azure-id-token') } });
    expect(await findCredentials(env)).toMatchObject({ content: { type: 'external_account', audience: '//iam.googleapis.com/projects/1/p', credential_source: { file: join(temp, 'gcp-id-token') } } });
    expect(readFileSync(join(temp, 'gcp-id-token'), 'utf8')).toBe('d.e.f');
    expect(execFileSync('stat', ['-c', '%a', join(temp, 'gcp-id-token')], { encoding: 'utf8' }).trim()).toBe('600');
  });

  it('is included where the project has a file of its own, which stays as it is', async () => {
    const root = repository({ '.gitlab-ci.yml': 'test:\n  script: make\n' });
    expect(await init(root, { rehearse: true })).toMatchObject({ files: [{ path: '.gitlab/labtui.yml', status: 'written' }], include: 'include: .gitlab/labtui.yml' });
    expect(readFileSync(join(root, '.gitlab-ci.yml'), 'utf8')).toBe('test:\n  script: make\n');
    writeFileSync(join(root, '.gitlab-ci.yml'), 'include: .gitlab/labtui.yml\n');
    expect(await init(root, { rehearse: true })).toMatchObject({ files: [{ status: 'unchanged' }], include: null });
  });
});

describe('the sweeper', () => {
  it('comes with the same login, in both', async () => {
    const root = repository();
    const { files } = await init(root, { sweeper: true, cloud: ['aws', 'local'] });
    expect(files.map(({ path }) => path)).toEqual(['.github/workflows/labtui.yml', '.github/workflows/labtui-sweep.yml', '.gitlab-ci.yml']);
    expect(parse(readFileSync(join(root, '.github/workflows/labtui-sweep.yml'), 'utf8'))).toMatchObject({
      on: { schedule: [{ cron: '7,22,37,52 * * * *' }] },
      permissions: { 'id-token': 'write' },
      jobs: { sweep: { steps: [{ name: 'Install labtui' }, { uses: 'aws-actions/configure-aws-credentials@v6' }, { run: 'labtui cleanup --sweep --auto-approve --plain' }] } },
    });
    expect(parse(readFileSync(join(root, '.gitlab-ci.yml'), 'utf8'))).toMatchObject({
      labtui: {},
      'labtui-sweep': { id_tokens: { AWS_ID_TOKEN: {} }, variables: { GIT_STRATEGY: 'none', AWS_WEB_IDENTITY_TOKEN_FILE: '/tmp/aws-id-token' }, before_script: [expect.stringContaining('aws-id-token')] },
    });
  });

  it('is refused where it would have nothing to look after', async () => {
    await expect(init(repository(), { sweeper: true, cloud: ['local'] })).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
    await expect(init(repository(), { sweeper: true, rehearse: true })).rejects.toMatchObject({ name: 'UsageError' });
  });
});

describe('what is written', () => {
  const paths = (found: { files: { path: string }[] }): readonly string[] => found.files.map(({ path }) => path);

  it.each([
    [{ '.github/dependabot.yml': '' }, ['.github/workflows/labtui.yml']],
    [{ '.git/config': '[remote "origin"]\n\turl = git@github.com:me/lab.git\n' }, ['.github/workflows/labtui.yml']],
    [{ '.git/config': '[remote "origin"]\n\turl = https://me@gitlab.example.org/me/lab\n' }, ['.gitlab-ci.yml']],
    [{ '.git/config': '[remote "origin"]\n\turl = https://example.org/github/lab\n' }, ['.github/workflows/labtui.yml', '.gitlab-ci.yml']],
    [{}, ['.github/workflows/labtui.yml', '.gitlab-ci.yml']],
  ])('is for the CI that the repository has: %j', async (files, expected) => {
    expect(paths(await init(repository(files), { rehearse: true }))).toEqual(expected);
  });

  it('is left alone a second time, and another file is overwritten only by --force, none of several before', async () => {
    const root = repository();
    expect((await init(root, { rehearse: true })).files.map(({ status }) => status)).toEqual(['written', 'written']);
    expect((await init(root, { rehearse: true })).files.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
    rmSync(join(root, '.github/workflows/labtui.yml'));
    await expect(init(root, { rehearse: true, cloud: ['gcp'] })).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: expect.stringContaining('--force') } });
    expect(existsSync(join(root, '.github/workflows/labtui.yml'))).toBe(false);
    expect((await init(root, { rehearse: true, cloud: ['gcp'], force: true })).files.map(({ status }) => status)).toEqual(['written', 'written']);
  });

  it('is nothing with --stdout; several files are one YAML stream', async () => {
    const root = repository();
    const context = { ...cliContext({ clouds, cwd: root }) };
    await ciInit(context, [], { stdout: true, rehearse: true });
    expect(context.printed()).toMatch(/^--- # \.github\/workflows\/labtui\.yml\n[^]*\n--- # \.gitlab-ci\.yml\n/);
    expect(existsSync(join(root, '.github'))).toBe(false);
  });

  it('takes lists from the environment as other flags do', async () => {
    const { files } = await init(repository(), { provider: ['gitlab'], stdout: true, rehearse: true }, [], { LABTUI_DISTRO: 'rocky@9,arch', LABTUI_CLOUD: 'gcp' });
    expect(files[0]?.content).toContain('labtui run --distro rocky@9,arch --cloud gcp --junit');
  });

  it.each([
    [{ provider: ['gihub'] }, [], /did you mean "github"/],
    [{ distro: ['debain'] }, [], /did you mean "debian"/],
    [{ distro: ['debain@*'] }, [], /in support matches/],
    [{ cloud: ['asw'] }, [], /did you mean "aws"/],
    [{ arch: ['mips'] }, [], /no architecture/],
    [{ cloud: ['libvirt'] }, [], /no login for libvirt/],
    [{}, ['a\nb'], /one line/],
  ])('refuses %j %j', async (options: CiInitOptions, command, message) => {
    const root = repository();
    await expect(init(root, options, command)).rejects.toThrow(message);
    expect(existsSync(join(root, '.github'))).toBe(false);
  });

  it('names the file that cannot be written', async () => {
    await expect(init(repository({ '.github': 'in the way' }), { provider: ['github'], rehearse: true })).rejects.toMatchObject({ problem: { kind: 'prerequisite', summary: expect.stringContaining('.github/workflows/labtui.yml') } });
  });
});

describe('the command lines in them', () => {
  const reached = new Error('the command line was understood');
  const program = () =>
    buildProgram({
      version: '0.0.0',
      start: () => {
        throw reached;
      },
      finish: () => undefined,
      environment: {},
      cwd: '/',
      home: '/',
      loadClouds: () => Promise.resolve(clouds),
    });

  /** Every line that starts labtui, as a shell splits it. */
  async function lines(options: CiInitOptions, command: readonly string[] = []): Promise<readonly (readonly string[])[]> {
    const github = workflow(await fileOf('github', options, command)).jobs.labs.steps.flatMap(({ run = '' }) => run.split('\n'));
    const gitlab = job(await fileOf('gitlab', options, command));
    const all = [...github, ...[...gitlab.before_script, ...gitlab.script, ...gitlab.after_script].flatMap((line) => line.split('\n'))];
    return all.filter((line) => line.startsWith('labtui ')).map((line) => splitShell(line).map((word) => (typeof word === 'string' ? word : (word as { pattern: string }).pattern)));
  }

  it('are of this labtui', async () => {
    const found = [...(await lines(everywhere, ['sh', '-c', "echo 'it is' $HOME"])), ...(await lines({ rehearse: true }))];
    expect(found.map((words) => words[1])).toEqual(Array.from({ length: 4 }, () => ['doctor', 'run', 'cleanup']).flat());
    for (const words of found) await expect(program().parseAsync(['node', ...words]), words.join(' ')).rejects.toBe(reached);
  });

  it('give the command every word as it was typed', async () => {
    const command = ['sh', '-c', `echo "it's" $HOME; # not a comment`, 'a: b', '${X}'];
    for (const words of (await lines({ ...everywhere }, command)).filter((line) => line[1] === 'run')) {
      expect(words.slice(words.indexOf('--') + 1)).toEqual(command);
      expect(words.slice(0, words.indexOf('--'))).toEqual([
        ...['labtui', 'run', '--distro', 'debian@*,fedora', '--cloud', 'aws,azure,gcp,local', '--arch', 'amd64,arm64', '--junit', 'labtui.xml', '--auto-approve'],
      ]);
    }
  });
});
