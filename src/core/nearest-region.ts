import type { Region } from './clouds.ts';

export interface Position {
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
}

/** One region of a list, nearest first, to choose from where nobody named one. */
export interface NearestRegion {
  readonly region: string;
  readonly by: 'measured' | 'geography' | 'default';
  /** Why it stands where it stands: for the event and for people. */
  readonly reason: string;
}

export interface RegionDistance {
  readonly region: Region;
  /** Best time of a TCP connection to the region; null: it did not answer. */
  readonly connectMs: number | null;
}

/** Regions that an account can have: some only after asking for them, which only the cloud knows. */
export function usableRegions(regions: readonly Region[]): readonly Region[] {
  return regions.filter(({ usable }) => usable);
}

/**
 * A cloud's regions, nearest first: those that answered by their time; the others, on the map, by how far they are from the quickest.
 * Where none answered they follow where this computer is said to be, and where that is unknown the default comes first.
 */
export function rankRegions(distances: readonly RegionDistance[], here: Position | null, defaultRegion: string): readonly NearestRegion[] {
  const answered = distances
    .flatMap(({ region, connectMs }) => (connectMs === null ? [] : [{ region, connectMs }]))
    .sort((a, b) => a.connectMs - b.connectMs);
  const silent = distances.filter(({ connectMs }) => connectMs === null).map(({ region }) => region);
  const [quickest] = answered;
  if (quickest !== undefined) {
    const measured = answered.map(({ region, connectMs }, index): NearestRegion => {
      const place = index === 0 ? 'nearest' : `number ${index + 1}`;
      return { region: region.id, by: 'measured', reason: `${place} of ${answered.length} measured: ${Math.round(connectMs)} ms` };
    });
    return [...measured, ...byMap(silent, quickest.region, `not measured; on the map near ${quickest.region.id}`)];
  }
  if (here !== null) return byMap(silent, here, "no region answered; nearest on the map by this computer's time zone");
  const start = silent.find(({ id }) => id === defaultRegion);
  const first: NearestRegion = { region: defaultRegion, by: 'default', reason: 'no region answered, so the default is taken' };
  if (start === undefined) return [first];
  const others = silent.filter((region) => region !== start);
  return [first, ...byMap(others, start, `no region answered; on the map near the default ${defaultRegion}`)];
}

function byMap(regions: readonly Region[], from: Position, reason: string): readonly NearestRegion[] {
  return regions
    .toSorted((a, b) => distanceKm(a, from) - distanceKm(b, from))
    .map(({ id }) => ({ region: id, by: 'geography', reason }));
}

const earthRadiusKm = 6_371;

/** Great-circle distance. */
export function distanceKm(a: Position, b: Position): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const halfLat = Math.sin(radians(b.lat - a.lat) / 2);
  const halfLon = Math.sin(radians(b.lon - a.lon) / 2);
  const chord = halfLat ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * halfLon ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
}
