/** One call of the EC2 query protocol. */
export interface Ec2Call {
  readonly service: string;
  readonly action: string;
  readonly region: string;
  readonly params: ReadonlyMap<string, string>;
}

/** An answer of the emulator or of the bench itself. */
export interface Ec2Answer {
  readonly status: number;
  readonly body: string;
}

/** The call in a request's body and Authorization header; null when it is not a form with an Action. */
export function readCall(body: string, authorization: string | undefined): Ec2Call | null {
  const params = new Map(new URLSearchParams(body));
  const action = params.get('Action');
  if (action === undefined) return null;
  // Credential=KEY/20261120/eu-north-1/ec2/aws4_request
  const [, , region = 'us-east-1', service = 'ec2'] = /Credential=([^,]+)/.exec(authorization ?? '')?.[1]?.split('/') ?? [];
  return { service, action, region, params };
}

/** The body of a call, for forwarding it changed. */
export function formOf(params: ReadonlyMap<string, string>): string {
  return new URLSearchParams([...params]).toString();
}

/** `Owner.1`, `Owner.2`, ... in order. */
export function listParam(params: ReadonlyMap<string, string>, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = params.get(`${name}.${index}`);
    if (value === undefined) return values;
    values.push(value);
  }
}

/** `Filter.n.Name` with its `Filter.n.Value.m`. */
export function filtersOf(params: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const filters = new Map<string, readonly string[]>();
  for (let index = 1; ; index += 1) {
    const name = params.get(`Filter.${index}.Name`);
    if (name === undefined) return filters;
    filters.set(name, listParam(params, `Filter.${index}.Value`));
  }
}

/** Whether a value matches one of a filter's patterns, `*` and `?` being wild, as EC2 does it. */
export function matchesFilter(value: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    return new RegExp(`^${source}$`).test(value);
  });
}

/** `TagSpecification.n` for one resource type, as key and value. */
export function tagsFor(params: ReadonlyMap<string, string>, resourceType: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (let spec = 1; params.has(`TagSpecification.${spec}.ResourceType`); spec += 1) {
    if (params.get(`TagSpecification.${spec}.ResourceType`) !== resourceType) continue;
    for (let tag = 1; params.has(`TagSpecification.${spec}.Tag.${tag}.Key`); tag += 1) {
      const key = params.get(`TagSpecification.${spec}.Tag.${tag}.Key`) ?? '';
      tags.set(key, params.get(`TagSpecification.${spec}.Tag.${tag}.Value`) ?? '');
    }
  }
  return tags;
}

/** A document of EC2's XML: `<ActionResponse>` around the given elements. */
export function xmlAnswer(action: string, elements: string): Ec2Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>bench</requestId>${elements}</${action}Response>`;
  return { status: 200, body };
}

/** An error as EC2 words it. */
export function errorAnswer(code: string, message: string, status = 400): Ec2Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>bench</RequestID></Response>`;
  return { status, body };
}

/** The document with the content of each item of one set changed; items within items are part of theirs. */
export function mapItems(xml: string, set: string, change: (content: string) => string): string {
  const begin = xml.indexOf(`<${set}>`);
  if (begin === -1) return xml;
  let result = xml.slice(0, begin);
  let depth = 0;
  let from = begin;
  for (const { 0: tag, index } of xml.slice(begin).matchAll(/<\/?item>/g)) {
    const at = begin + index;
    const opens = tag === '<item>';
    if (opens && depth === 0) {
      result += xml.slice(from, at + tag.length);
      from = at + tag.length;
    } else if (!opens && depth === 1) {
      result += change(xml.slice(from, at));
      from = at;
    }
    depth += opens ? 1 : -1;
  }
  return result + xml.slice(from);
}

/** Text as the content of an element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `<tagSet>` of key and value. */
export function tagSetXml(tags: ReadonlyMap<string, string>): string {
  const items = [...tags].map(([key, value]) => `<item><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></item>`);
  return `<tagSet>${items.join('')}</tagSet>`;
}
