import { TerraformOutput } from 'cdktf';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { literal, synthesizeStack } from '../../src/clouds/synth.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const requirements = { requiredVersion: '>= 1.5', requiredProviders: { aws: { source: 'hashicorp/aws', version: '>= 5' } } };
const withOutput = (value: string) =>
  synthesizeStack('aws', requirements, (stack) => {
    new TerraformOutput(stack, 'text', { value: literal(value) });
  });

describe('a synthesized stack', () => {
  it('is the same whatever CDKTF variables are set', () => {
    const plain = withOutput('x');
    vi.stubEnv('SYNTH_HCL_OUTPUT', 'true');
    vi.stubEnv('CDKTF_OUTDIR', '/nowhere/at/all');
    vi.stubEnv('CDKTF_CONTEXT_JSON', '{"excludeStackIdFromLogicalIds":"true","cdktfVersion":"9"}');
    vi.stubEnv('CDKTF_TARGET_STACK_ID', 'other');
    vi.stubEnv('CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS', 'true');
    expect(withOutput('x')).toBe(plain);
  });

  it('is readable JSON that ends in a newline and starts with what Terraform it needs', () => {
    expect(withOutput('x').split('\n').slice(0, 6)).toEqual(['{', '  "terraform": {', '    "backend": {', '      "local": {', '        "path": "terraform.tfstate"', '      }']);
    expect(withOutput('x').endsWith('}\n')).toBe(true);
  });
});

describe('a literal', () => {
  // What Terraform makes of these is checked with the real terraform in the end-to-end tests.
  it.each([
    ['echo ${HOME}', 'echo $${HOME}'],
    ['%{ if x }', '%%{ if x }'],
    ['$${already}', '$$${already}'],
    ['$ { % {', '$ { % {'],
    ['$&', '$&'],
  ])('escapes templates: %s', (text, escaped) => {
    expect(literal(text)).toBe(escaped);
  });

  it.each(['${TfToken[TOKEN.0]}', '$#{TfToken[TOKEN.1]}', '&{TfToken[TOKEN.2]}'])('is not taken for a token of CDKTF: %s', (text) => {
    expect(JSON.parse(withOutput(text))).toMatchObject({ output: { text: { value: literal(text) } } });
  });
});
