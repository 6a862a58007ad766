import { describe, expect, it } from 'vitest';
import { readOutputLine } from '../../src/terraform/message.ts';
import { lastLines, readTextDiagnostics } from '../../src/terraform/text-diagnostics.ts';

const resource = { addr: 'aws_instance.vm[0]', module: '', resource_type: 'aws_instance', resource_name: 'vm', resource_key: 0 };

function lineOf(type: string, payload: object, level = 'info', message = ''): string {
  return JSON.stringify({ '@level': level, '@message': message, '@module': 'terraform.ui', type, ...payload });
}

function messageOf(line: string): unknown {
  const read = readOutputLine(line);
  return read.kind === 'message' ? read.message : read;
}

describe('a line of terraform -json', () => {
  it('tells what is planned, and does not count drift among it', () => {
    expect(messageOf(lineOf('planned_change', { change: { resource, action: 'create' } }))).toEqual({
      kind: 'planned',
      address: 'aws_instance.vm[0]',
      type: 'aws_instance',
      action: 'create',
    });
    expect(messageOf(lineOf('resource_drift', { change: { resource, action: 'delete' } }))).toMatchObject({ kind: 'log', level: 'info' });
    expect(messageOf(lineOf('change_summary', { changes: { add: 2, change: 1, import: 0, remove: 3, operation: 'destroy' } }))).toEqual({
      kind: 'summary',
      operation: 'destroy',
      add: 2,
      change: 1,
      destroy: 3,
    });
  });

  it('follows a resource in milliseconds and with its cloud id', () => {
    const hook = { resource, action: 'create' };
    const statuses = [
      lineOf('apply_start', { hook }),
      lineOf('apply_progress', { hook: { ...hook, elapsed_seconds: 10 } }),
      lineOf('apply_complete', { hook: { ...hook, id_key: 'id', id_value: 'i-0abc', elapsed_seconds: 12 } }),
      lineOf('apply_errored', { hook: { ...hook, elapsed_seconds: 3 } }),
    ].map(messageOf);
    const common = { kind: 'resource', address: 'aws_instance.vm[0]', action: 'create' };
    expect(statuses).toEqual([
      { ...common, status: 'started', id: null, elapsedMs: 0 },
      { ...common, status: 'progress', id: null, elapsedMs: 10_000 },
      { ...common, status: 'complete', id: 'i-0abc', elapsedMs: 12_000 },
      { ...common, status: 'errored', id: null, elapsedMs: 3_000 },
    ]);
  });

  it('keeps diagnostics whole but without terminal control', () => {
    const diagnostic = { severity: 'error', summary: 'creating EC2 \u001b[31mInstance', detail: 'api error Unsupported:\n\tno\u0007', address: resource.addr };
    expect(messageOf(lineOf('diagnostic', { diagnostic }, 'error'))).toEqual({
      kind: 'diagnostic',
      severity: 'error',
      summary: 'creating EC2 Instance',
      detail: 'api error Unsupported:\n\tno',
      address: 'aws_instance.vm[0]',
    });
  });

  it('ignores what it does not know, never shows outputs, and takes other text for a log', () => {
    expect(messageOf(lineOf('ephemeral_op_start', { hook: {} }))).toEqual({ kind: 'ignored' });
    expect(messageOf(lineOf('apply_start', { hook: 'changed its shape' }))).toEqual({ kind: 'ignored' });
    expect(messageOf(lineOf('outputs', { outputs: { password: { value: 'secret' } } }))).toEqual({ kind: 'ignored' });
    expect(messageOf('{"cut off in the mid')).toEqual({ kind: 'ignored' });
    expect(messageOf('')).toEqual({ kind: 'ignored' });
    expect(messageOf('Acquiring state lock.')).toEqual({ kind: 'log', level: 'info', message: 'Acquiring state lock.' });
    expect(messageOf(lineOf('log', {}, 'trace', 'detail'))).toEqual({ kind: 'log', level: 'debug', message: 'detail' });
    expect(readOutputLine(lineOf('version', { terraform: '1.11.4', ui: '1.2' }))).toEqual({ kind: 'ui-version', ui: '1.2' });
  });
});

describe('diagnostics printed as text', () => {
  const expected = {
    severity: 'error',
    summary: 'Failed to query available provider packages',
    detail:
      'Could not retrieve the list of available versions for provider hashicorp/aws: dial tcp: no such host\n\nTo see more, run:\n    terraform providers',
    address: null,
  };
  const plain = [
    '',
    'Error: Failed to query available provider packages',
    '',
    'Could not retrieve the list of available versions for provider',
    'hashicorp/aws: dial tcp: no such host',
    '',
    'To see more, run:',
    '    terraform providers',
    '',
  ];

  it('are read plain and framed, with wrapped paragraphs joined', () => {
    expect(readTextDiagnostics(plain.join('\n'))).toEqual([expected]);
    const framed = ['There are some problems with the CLI configuration:', '╷', '│ Warning: Unable to open', '│ ', '│ no such file', '╵', '╷'];
    expect(readTextDiagnostics([...framed, ...plain.slice(1).map((line) => `│ ${line}`), '╵'].join('\n'))).toEqual([
      { severity: 'warning', summary: 'Unable to open', detail: 'no such file', address: null },
      expected,
    ]);
  });

  it('are not invented: other text gives its last lines only', () => {
    expect(readTextDiagnostics('panic: runtime error\n\ngoroutine 1')).toEqual([]);
    expect(lastLines('one\n\u001b[31mtwo\u001b[0m\n\nthree\n', 2)).toBe('two\nthree');
  });
});
