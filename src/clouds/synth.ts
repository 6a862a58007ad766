import { App, LocalBackend, TerraformStack } from 'cdktf';
import { RootConstruct } from 'constructs';

/** The `terraform` block of a stack: oldest Terraform and the providers, with their full source. */
export interface TerraformRequirements {
  readonly requiredVersion: string;
  readonly requiredProviders: Readonly<Record<string, { readonly source: string; readonly version: string }>>;
}

/**
 * What `build` adds to an empty stack, as the text of a cdk.tf.json: indented, without CDKTF's own comments,
 * with a local backend beside it. Runs in memory and reads no environment: under a plain root construct instead
 * of an App, CDKTF makes no output directory and heeds none of its variables.
 */
export function synthesizeStack(
  id: string,
  requirements: TerraformRequirements,
  build: (stack: TerraformStack) => void,
): string {
  const root = new RootConstruct();
  const stack = new TerraformStack(root, id);
  // CDKTF's default is an absolute path of the working directory.
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  build(stack);
  stack.addOverride('terraform.required_version', requirements.requiredVersion);
  for (const [name, provider] of Object.entries(requirements.requiredProviders)) {
    stack.addOverride(`terraform.required_providers.${name}`, { ...provider });
  }
  stack.prepareStack();
  const terraform: unknown = stack.toTerraform();
  return `${JSON.stringify(withoutComments(terraform), null, 2)}\n`;
}

/** A stack whose JSON was made before. */
class WrittenStack extends TerraformStack {
  readonly #json: object;

  constructor(app: App, id: string, json: object) {
    super(app, id);
    this.#json = json;
  }

  override toTerraform(): unknown {
    // The cdktf command reads its own metadata from there.
    const own: unknown = super.toTerraform();
    return isRecord(own) ? { '//': own['//'], ...this.#json } : this.#json;
  }
}

/** Writes stacks, JSON text by id, the way a CDKTF app does: manifest.json and stacks/<id>/cdk.tf.json in CDKTF_OUTDIR. */
export function synthesizeApp(stacks: ReadonlyMap<string, string>): void {
  const app = new App({ skipValidation: true, stackTraces: false });
  for (const [id, json] of stacks) {
    const content: unknown = JSON.parse(json);
    if (isRecord(content)) new WrittenStack(app, id, content);
  }
  app.synth();
}

/**
 * Text as a literal for Terraform: neither `${` nor `%{` starts a template, and nothing in it is taken for one of
 * CDKTF's own tokens (`${TfToken[`, `#{TfToken[`, `&{TfToken[`).
 */
export function literal(text: string): string {
  return text
    .replace(/\$\{(?!TfToken\[)/g, () => '$${')
    .replace(/%\{/g, () => '%%{')
    .replace(/([$#&]+)\{TfToken\[/g, (_match, signs: string) => `\${"${signs}"}{TfToken[`);
}

/** CDKTF describes the stack and each resource under a `//` key; Terraform ignores it and so does the reader. */
function withoutComments(stack: unknown): unknown {
  if (!isRecord(stack)) return stack;
  const { terraform, provider, resource, '//': _comment, ...rest } = stack;
  return { terraform, provider, resource: mapValues(resource, (type) => mapValues(type, withoutComment)), ...rest };
}

function withoutComment(element: unknown): unknown {
  if (!isRecord(element)) return element;
  const { '//': _comment, ...attributes } = element;
  return attributes;
}

function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
