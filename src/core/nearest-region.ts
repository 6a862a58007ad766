import type { Region } from './clouds.ts';

export interface Position {
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
}

/** How a region was chosen where nobody named one. */
export interface NearestRegion {
  readonly region: string;
  readonly by: 'measured' | 'geography' | 'default';
  /** For the event and for people. */
  readonly reason: string;
}

export interface RegionDistance {
  readonly region: Region;
  /** Best time of a TCP connection to the region; null: it did not answer. */
  readonly connectMs: number | null;
}

/** Regions that an ordinary account can use without asking for them. */
export function openRegions(regions: readonly Region[]): readonly Region[] {
  return regions.filter(({ usable, optIn }) => usable && !optIn);
}

/**
 * The nearest of a cloud's open regions: the quickest one that answered; where none did, the one closest to where this
 * computer is said to be; where that is unknown, the default.
 */
export function nearestOf(distances: readonly RegionDistance[], here: Position | null, defaultRegion: string): NearestRegion {
  const answered = distances.flatMap(({ region, connectMs }) => (connectMs === null ? [] : [{ id: region.id, connectMs }]));
  const [quickest] = answered.sort((a, b) => a.connectMs - b.connectMs);
  if (quickest !== undefined) {
    return { region: quickest.id, by: 'measured', reason: `nearest of ${answered.length} measured: ${Math.round(quickest.connectMs)} ms` };
  }
  if (here !== null) {
    const [closest] = [...distances].sort((a, b) => distanceKm(a.region, here) - distanceKm(b.region, here));
    if (closest !== undefined) {
      return { region: closest.region.id, by: 'geography', reason: `no region answered; nearest on the map by this computer's time zone` };
    }
  }
  return { region: defaultRegion, by: 'default', reason: 'no region answered, so the default is taken' };
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
