const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** The number that the provider makes ids of where the cloud has none: CRC-32 (IEEE) of the text. */
export function stringHash(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
