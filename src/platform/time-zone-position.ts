import { readFile } from 'node:fs/promises';

const tables = ['/usr/share/zoneinfo/zone1970.tab', '/usr/share/zoneinfo/zone.tab'];

/** Where the main city of a time zone is, from the system's own table; null where that does not know it (UTC, no table). */
export async function timeZonePosition(zone: string): Promise<{ readonly lat: number; readonly lon: number } | null> {
  for (const table of tables) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const [, coordinates = '', name] = line.split('\t');
      if (name === zone) return parseCoordinates(coordinates);
    }
  }
  return null;
}

/** ISO 6709, degrees with minutes and perhaps seconds: `+5230+01322`, `-332702-0703940`. */
function parseCoordinates(text: string): { readonly lat: number; readonly lon: number } | null {
  const [, lat = '', lon = ''] = /^([+-]\d{4,6})([+-]\d{5,7})$/.exec(text) ?? [];
  if (lat === '' || lon === '') return null;
  return { lat: degrees(lat, 2), lon: degrees(lon, 3) };
}

function degrees(text: string, width: number): number {
  const [whole, minutes, seconds] = [text.slice(1, 1 + width), text.slice(1 + width, 3 + width), text.slice(3 + width)];
  const size = Number(whole) + Number(minutes) / 60 + Number(seconds || 0) / 3_600;
  return text.startsWith('-') ? -size : size;
}
