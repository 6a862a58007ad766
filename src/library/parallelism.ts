import { freemem } from 'node:os';

/** What a Terraform takes together with the provider of a cloud that has many resource types. */
const bytesEach = 750 * 1024 ** 2;
const most = 10;

/** How many sessions may be worked on at once: as many as the memory that is free has room for, ten at most. */
export function usualParallelism(freeBytes = freeMemory()): number {
  return Math.max(1, Math.min(most, Math.floor(freeBytes / bytesEach)));
}

/** Of the computer, or of the container where that has less. */
function freeMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < 2 ** 50 ? Math.min(freemem(), Math.max(0, limit - process.memoryUsage.rss())) : freemem();
}
