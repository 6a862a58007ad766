import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import type { MirroredProvider } from './mirrored-providers.ts';

const block = z.record(z.string(), z.unknown());
const stack = z.strictObject({
  terraform: z.looseObject({ required_providers: block }),
  provider: z.record(z.string(), z.array(block)),
  resource: block,
});
const verdict = z.object({
  valid: z.boolean(),
  diagnostics: z.array(
    z.object({ severity: z.string(), summary: z.string(), detail: z.string().default(''), range: z.object({ filename: z.string() }).optional(), snippet: z.object({ context: z.string().nullish() }).nullish() }),
  ),
});

/** What Terraform with a real provider has against generated stacks, each with its name; empty: nothing. */
export async function providerObjections(provider: MirroredProvider, stacks: readonly (readonly [name: string, text: string])[]): Promise<readonly string[]> {
  const read = stacks.map(([name, text]) => ({ name, ...stack.parse(JSON.parse(text)) }));
  // The resources of all stacks at once, one module each: the provider starts once. Each of its configurations needs a start of its own.
  const settings = new Map(read.map(({ provider: blocks, terraform }) => [JSON.stringify(blocks), { provider: blocks, terraform: { required_providers: terraform.required_providers } }]));
  const [usual] = settings.values();
  if (usual === undefined) return [];
  const modules = Object.fromEntries(read.map((_, at) => [`v${at}`, { source: `./v${at}` }]));
  const files = read.map(({ terraform, resource }, at) => [`v${at}/stack.tf.json`, { terraform: { required_providers: terraform.required_providers }, resource }] as const);
  const objections = await validate(provider, [['main.tf.json', { ...usual, module: modules }], ...files]);
  const others = await Promise.all([...settings.values()].slice(1).map((each) => validate(provider, [['main.tf.json', each]])));
  return [...objections.map(({ file, text }) => `${read[Number(/v(\d+)\//.exec(file)?.[1] ?? -1)]?.name ?? 'provider'}: ${text}`), ...others.flat().map(({ text }) => `provider: ${text}`)];
}

async function validate(provider: MirroredProvider, files: readonly (readonly [path: string, content: object])[]): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const directory = await mkdtemp(join(tmpdir(), 'labtui-validate-'));
  const terraform = (...args: readonly string[]) =>
    execa('terraform', args, { cwd: directory, extendEnv: false, env: { PATH: process.env.PATH, HOME: directory, TF_CLI_CONFIG_FILE: provider.cliConfig, CHECKPOINT_DISABLE: '1' }, reject: false });
  try {
    for (const [path, content] of files) {
      await mkdir(join(directory, path, '..'), { recursive: true });
      await writeFile(join(directory, path), JSON.stringify(content));
    }
    const init = await terraform('init', '-input=false', '-no-color');
    if (init.exitCode !== 0) throw new Error(`terraform init with ${provider.name} ${provider.version}: ${init.stderr}`);
    const { stdout, stderr } = await terraform('validate', '-json');
    if (stdout === '') throw new Error(`terraform validate with ${provider.name} ${provider.version}: ${stderr}`);
    const { diagnostics } = verdict.parse(JSON.parse(stdout));
    return diagnostics.map(({ severity, summary, detail, range, snippet }) => ({ file: range?.filename ?? '', text: `${severity}: ${summary} (${snippet?.context ?? ''}) ${detail}` }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
