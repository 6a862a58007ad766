/** Content of an element: nothing, a text, members (named elements), or items of a set. */
export type Xml = null | undefined | string | number | boolean | readonly Xml[] | XmlMembers;
export interface XmlMembers {
  readonly [name: string]: Xml;
}

/** The element; '' for nothing. A list becomes a set of `<item>`s, as EC2 writes them. */
export function element(name: string, content: Xml): string {
  return content === null || content === undefined ? '' : `<${name}>${inner(content)}</${name}>`;
}

/** Named elements one after the other. */
export function members(content: XmlMembers): string {
  return Object.entries(content).map(([name, value]) => element(name, value)).join('');
}

function inner(content: Exclude<Xml, null | undefined>): string {
  if (isList(content)) return content.map((item) => element('item', item)).join('');
  return typeof content === 'object' ? members(content) : escaped(String(content));
}

function isList(content: Xml): content is readonly Xml[] {
  return Array.isArray(content);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // Other control characters have no place in XML 1.0.
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
