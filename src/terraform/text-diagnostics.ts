import { readFile } from 'node:fs/promises';
import type { TerraformDiagnostic } from '../core/terraform.ts';
import { clean } from './message.ts';

/**
 * What standard error says of a failure that was not reported as JSON: its diagnostics, or its last lines under the given
 * summary. Always at least one error.
 */
export async function readStderrDiagnostics(file: string, summary: string): Promise<readonly TerraformDiagnostic[]> {
  const text = (await readFile(file, 'utf8')).slice(-65_536);
  const found = readTextDiagnostics(text);
  return found.some(({ severity }) => severity === 'error')
    ? found
    : [{ severity: 'error', summary, detail: lastLines(text, 20), address: null }];
}

/**
 * Errors and warnings in Terraform's human output: what it prints where it cannot print JSON (an `init` before 1.9, a
 * broken CLI configuration, wrong flags). Both of its forms are read, framed with `│` and plain. The text is wrapped at
 * the terminal's width there, so paragraphs are joined again: the cloud's error codes are searched in whole lines.
 */
export function readTextDiagnostics(text: string): readonly TerraformDiagnostic[] {
  const found: TerraformDiagnostic[] = [];
  for (const block of `\n${unframed(text)}`.split(/\n(?=(?:Error|Warning): )/).slice(1)) {
    const [head = '', ...rest] = block.split('\n');
    const [, severity, summary = ''] = /^(Error|Warning): (.*)$/.exec(head) ?? [];
    found.push({
      severity: severity === 'Error' ? 'error' : 'warning',
      summary: summary.trim(),
      detail: joinParagraphs(rest),
      address: null,
    });
  }
  return found;
}

/** The last lines of a text, without frames: the best there is when no diagnostic can be found in it. */
export function lastLines(text: string, count: number): string {
  const lines = unframed(text).split('\n');
  return lines.filter((line) => line.trim() !== '').slice(-count).join('\n');
}

function unframed(text: string): string {
  return clean(text)
    .split('\n')
    .filter((line) => !/^[╷╵]\s*$/.test(line))
    .map((line) => line.replace(/^│ ?/, ''))
    .join('\n');
}

function joinParagraphs(lines: readonly string[]): string {
  return lines
    .join('\n')
    .trim()
    .replace(/(\S)\n(?=\S)/g, '$1 ');
}
