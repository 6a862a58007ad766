import { classifyBy, type ErrorRule } from '../../../../src/clouds/error-rules.ts';
import { classifyTerraform } from '../../../../src/clouds/terraform-errors.ts';
import type { Problem } from '../../../../src/core/errors.ts';

const rules: readonly ErrorRule[] = [
  { codes: ['SkyFull'], kind: 'capacity', summary: 'the sky is full', hint: '--region stratus', retryable: true },
  { codes: ['NoSuchImage'], kind: 'image', summary: ({ message }) => message, hint: '--image SLUG', retryable: false },
];

/** `SkyFull: no room for another cloud` */
export function classify(text: string): Problem | null {
  const [, code = null, message = text] = /\b([A-Z][A-Za-z]+): (.*)/.exec(text) ?? [];
  return classifyBy(rules, { code, message, text }) ?? classifyTerraform(text);
}
