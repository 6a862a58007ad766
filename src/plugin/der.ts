// DER, the binary form of ASN.1, as much of it as a certificate takes. Numbers are those of X.690.

const tlv = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
};

function lengthOf(length: number): readonly number[] {
  if (length < 128) return [length];
  return length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => tlv(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Buffer => tlv(0x31, ...items);
export const octets = (content: Uint8Array): Buffer => tlv(0x04, content);
export const utf8 = (content: string): Buffer => tlv(0x0c, Buffer.from(content, 'utf8'));
export const yes = tlv(0x01, Buffer.from([0xff]));

/** Bits; `unused` of the last byte do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content);

/** A positive integer, from its bytes. */
export const positive = (content: Uint8Array): Buffer => ((content[0] ?? 0) > 127 ? tlv(0x02, Buffer.from([0]), content) : tlv(0x02, content));

/** `[number]` around other things (constructed), or instead of their tag (primitive). */
export const around = (number: number, ...items: readonly Uint8Array[]): Buffer => tlv(0xa0 + number, ...items);
export const instead = (number: number, content: Uint8Array): Buffer => tlv(0x80 + number, content);

/** An object identifier from its dotted form. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(septets)]));
}

function septets(value: number): readonly number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
  return digits;
}

/** UTCTime up to the year 2049, GeneralizedTime after it, as RFC 5280 asks. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`)) : tlv(0x18, Buffer.from(`${digits}Z`));
}
