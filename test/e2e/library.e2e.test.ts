import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import type * as library from '../../src/library/library.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { bundle, createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
const examples = [...page.matchAll(/^## ([^\n]*)$|^```ts\n(.*?)^```$/gms)].reduce<readonly { readonly title: string; readonly code: string | null }[]>(
  (found, [, title, code]) => [...found, { title: title ?? found.at(-1)?.title ?? '', code: code ?? null }],
  [],
).flatMap(({ title, code }, index) => (code === null ? [] : [{ name: `${index} ${title}`, file: `example-${index}`, code }]));

const skip = skipLoudly('labtui in a program', await missingTools(['terraform']));

describe.skipIf(skip)('labtui in a program, on simulated clouds', () => {
  let place: Workplace;
  beforeAll(() => {
    // Their own pace is waited for nowhere here.
    place = createWorkplace({ LABTUI_REHEARSAL_SPEED: '200' });
    const modules = join(place.cwd, 'node_modules');
    mkdirSync(join(modules, '@types'), { recursive: true });
    symlinkSync(root, join(modules, 'labtui'));
    symlinkSync(join(root, 'node_modules/@types/node'), join(modules, '@types/node'));
    for (const { file, code } of examples) writeFileSync(join(place.cwd, `${file}.mts`), code);
  });
  afterAll(() => place.remove());

  it('its examples are right by the types that come with the package', () => {
    const program = ts.createProgram(
      examples.map(({ file }) => join(place.cwd, `${file}.mts`)),
      { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true, noEmit: true, types: ['node'], typeRoots: [join(place.cwd, 'node_modules/@types')] },
    );
    const said = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    expect(said).toEqual([]);
    expect(program.getSourceFiles().map(({ fileName }) => fileName).filter((name) => /zod|cdktf|ssh2/.test(name))).toEqual([]);
  });

  it.each(examples)('example $name', async ({ file, code }) => {
    const script = join(place.cwd, `${file}.mjs`);
    writeFileSync(script, ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true } }).outputText);
    const ran = await execa(process.execPath, [script], { cwd: place.cwd, env: place.environment(), extendEnv: false, reject: false });
    expect({ exitCode: ran.exitCode, stderr: ran.stderr, stdout: ran.stdout }).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(printed[file] ?? /./) as string });
    expect((await place.run(['list', '--json'])).json()).toEqual([]);
  });

  it('says nothing itself, and leaves the process as it was', async () => {
    const script = join(place.cwd, 'silent.mjs');
    writeFileSync(
      script,
      `import { apply, destroy } from 'labtui';
const before = JSON.stringify([process.env, process.cwd(), process.eventNames().map(String)]);
for await (const event of apply({ distro: 'debian@12', cloud: 'aws:eu-central-1', name: 'silent', rehearse: true, onReady: 'echo to whoever wants it' }));
for await (const event of destroy('silent'));
if (JSON.stringify([process.env, process.cwd(), process.eventNames().map(String)]) !== before) process.exitCode = 9;
`,
    );
    const ran = await execa(process.execPath, [script], { cwd: place.cwd, env: place.environment(), extendEnv: false, reject: false });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('a run that is left is over when the loop is: its Terraform ended, its state kept, its end recorded', async () => {
    const { apply, events, show } = (await import(join(dirname(bundle), 'library.js'))) as typeof library;
    const options = { environment: place.environment(), cwd: place.cwd };
    const seen: LabEvent[] = [];
    for await (const event of apply({ ...options, distro: 'debian@12', cloud: 'aws:eu-central-1', name: 'left', rehearse: true })) {
      seen.push(event);
      if (event.type === 'resource' && event.status === 'complete') break;
    }
    const { directory, phase } = await show('left', options);
    expect(phase).toBe('failed');
    expect(JSON.parse(readFileSync(join(directory, 'stacks/aws/terraform.tfstate'), 'utf8'))).toMatchObject({ resources: expect.any(Array) as unknown });
    const recorded: LabEvent[] = [];
    for await (const event of events('left', options)) recorded.push(event);
    expect(recorded.slice(0, seen.length)).toEqual(seen);
    expect(recorded.at(-1)).toMatchObject({ type: 'result', ok: false, exitCode: 130 });
  });
});

/** What an example must have printed. */
const printed: Readonly<Record<string, RegExp>> = Object.fromEntries(
  examples.map(({ file }, index) => [
    file,
    [/^ready 100[^]*simulated[^]*12 found, 12 deleted, 0 left$/im, /^true 0 true$/m, /^Standard_\S+ 0\.\d+ USD[^]*^too dear$/m, /^debian@12 passed 0$[^]*^a test failed 2$|^rocky@9 failed 1$[^]*^a test failed 2$/m, /^130$[^]*^true$/m, /^quota VcpuLimitExceeded$[^]*^not-found 3 there is no session/m, /^made\n1 machine\nthe state has serial \d+\ncloud-init true\njournal true\nseen-\S+ spare .*\n12 found, 0 left\ntrue$/m][index] ?? /./,
  ]),
);
