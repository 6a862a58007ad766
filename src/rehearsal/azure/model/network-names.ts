import { invalidName } from './refuse.ts';

/** Refuses a name that no resource of Microsoft.Network can have. */
export function checkName(name: string): void {
  if (!/^\w(?:[\w.-]{0,78}\w)?$/.test(name)) throw invalidName(name);
}
