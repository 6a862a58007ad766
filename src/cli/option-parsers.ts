import { InvalidArgumentError } from 'commander';

/** A flag that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** A list: the flag repeated, or separated by commas. */
export function collectList(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...value.split(',').map((part) => part.trim()).filter((part) => part !== '')];
}

/** A number of things, 1 to 999. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a number such as 2');
  return Number(text);
}

/** How often something is tried again, 0 to 9. */
export function parseRetries(text: string): number {
  if (!/^\d$/.test(text)) throw new InvalidArgumentError('expected a number from 0 to 9');
  return Number(text);
}

/** A TCP port. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('expected a port such as 4580');
}

/** TCP ports: the flag repeated, or separated by commas. */
export function collectPorts(value: string, before: readonly number[] | undefined): readonly number[] {
  return [...(before ?? []), ...collectList(value, undefined).map(parsePort)];
}

/** More than nothing. */
export function parseAmount(text: string): number {
  const amount = Number(text);
  if (!(amount > 0)) throw new InvalidArgumentError('expected an amount such as 0.10');
  return amount;
}
