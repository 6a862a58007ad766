import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import type { TerraformMessage } from '../core/terraform.ts';

/** What one line of Terraform's output means to labtui. */
export type OutputLine =
  | { readonly kind: 'message'; readonly message: TerraformMessage }
  | { readonly kind: 'ui-version'; readonly ui: string }
  | { readonly kind: 'ignored' };

const ignored = { kind: 'ignored' } as const;
const resource = z.object({ addr: z.string(), resource_type: z.string().default('') });
const change = z.object({ change: z.object({ resource, action: z.string() }) });
const hook = z.object({
  hook: z.object({
    resource,
    action: z.string(),
    id_value: z.string().nullish(),
    elapsed_seconds: z.number().nullish(),
  }),
});
const envelope = z.looseObject({ type: z.string(), '@level': z.string().default('info'), '@message': z.string().default('') });
const uiVersion = z.object({ ui: z.string() });
const summary = z.object({
  changes: z.object({ add: z.number(), change: z.number(), remove: z.number(), operation: z.enum(['plan', 'apply', 'destroy']) }),
});
const diagnostic = z.object({
  diagnostic: z.object({
    severity: z.enum(['error', 'warning']),
    summary: z.string().default(''),
    detail: z.string().default(''),
    address: z.string().nullish(),
  }),
});

const resourceStatus = {
  apply_start: 'started',
  apply_progress: 'progress',
  apply_complete: 'complete',
  apply_errored: 'errored',
} as const;

/**
 * Reads one line of `-json` output (developer.hashicorp.com/terraform/internals/machine-readable-ui). Lines that are not
 * JSON become log messages; types and shapes it does not know are ignored, as that document asks.
 */
export function readOutputLine(line: string): OutputLine {
  if (line.trim() === '') return ignored;
  const parsed = envelope.safeParse(parseJson(line));
  if (!parsed.success) return line.startsWith('{') ? ignored : log('info', line);
  const message = parsed.data;
  switch (message.type) {
    case 'version':
      return read(uiVersion, message, ({ ui }) => ({ kind: 'ui-version', ui }));
    case 'planned_change':
      return read(change, message, ({ change: { resource: { addr, resource_type }, action } }) => ({
        kind: 'message',
        message: { kind: 'planned', address: addr, type: resource_type, action },
      }));
    // Found, not planned: it must not count among the changes.
    case 'resource_drift':
      return read(change, message, (drift) => log('info', `${drift.change.resource.addr} was changed outside of Terraform (${drift.change.action})`));
    case 'change_summary':
      return read(summary, message, ({ changes: { add, change, remove, operation } }) => ({
        kind: 'message',
        message: { kind: 'summary', operation, add, change, destroy: remove },
      }));
    case 'apply_start':
    case 'apply_progress':
    case 'apply_complete':
    case 'apply_errored':
      return readHook(message, resourceStatus[message.type]);
    case 'diagnostic':
      return read(diagnostic, message, ({ diagnostic: { severity, summary: text, detail, address } }) => ({
        kind: 'message',
        message: { kind: 'diagnostic', severity, summary: clean(text), detail: clean(detail), address: address ?? null },
      }));
    case 'refresh_start':
    case 'refresh_complete':
      return log('debug', message['@message']);
    case 'log':
    case 'init_output':
    case 'state_lock_acquire':
    case 'state_lock_release':
      return log(levelOf(message['@level']), message['@message']);
    default:
      return ignored;
  }
}

function readHook(message: unknown, status: (typeof resourceStatus)[keyof typeof resourceStatus]): OutputLine {
  return read(hook, message, ({ hook: { resource: { addr }, action, id_value, elapsed_seconds } }) => ({
    kind: 'message',
    message: {
      kind: 'resource',
      address: addr,
      action,
      status,
      id: id_value === undefined || id_value === '' ? null : id_value,
      elapsedMs: Math.round((elapsed_seconds ?? 0) * 1_000),
    },
  }));
}

function read<T>(schema: z.ZodType<T>, message: unknown, then: (value: T) => OutputLine): OutputLine {
  const parsed = schema.safeParse(message);
  return parsed.success ? then(parsed.data) : ignored;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

type LogLevel = Extract<TerraformMessage, { kind: 'log' }>['level'];

function log(level: LogLevel, text: string): OutputLine {
  const message = clean(text).trim();
  return message === '' ? ignored : { kind: 'message', message: { kind: 'log', level, message } };
}

function levelOf(level: string): LogLevel {
  return level === 'warn' || level === 'error' || level === 'info' ? level : 'debug';
}

/** Without anything that would move a terminal's cursor or colour it: the text comes from a provider or a cloud. */
export function clean(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
