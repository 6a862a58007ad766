import type { Attributes, ProviderDiagnostic, Value } from '../../plugin/behaviour.ts';

const oneOf: Readonly<Record<string, readonly string[]>> = {
  arch: ['amd64', 'arm64'],
  firmware: ['auto', 'bios', 'uefi'],
  acceleration: ['auto', 'kvm', 'hvf', 'tcg'],
};
const macPattern = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** Problems of a `local_machine` that are found without looking at this computer. Values may be unknown. */
export function validateMachine(config: Attributes): readonly ProviderDiagnostic[] {
  const problem = (name: string, summary: string): ProviderDiagnostic => ({ severity: 'error', summary, path: [name] });
  const wrong = (name: string, fits: (value: string) => boolean, expected: string): readonly ProviderDiagnostic[] => {
    const value: Value = config[name] ?? null;
    return typeof value !== 'string' || fits(value) ? [] : [problem(name, `${name} "${value}" is not ${expected}`)];
  };
  const atLeast = (name: string, least: number): readonly ProviderDiagnostic[] => {
    const value: Value = config[name] ?? null;
    return typeof value !== 'number' || (Number.isInteger(value) && value >= least) ? [] : [problem(name, `${name} must be a whole number of at least ${least}`)];
  };
  return [
    ...Object.entries(oneOf).flatMap(([name, allowed]) => wrong(name, (value) => allowed.includes(value), `one of ${allowed.join(', ')}`)),
    // It names a directory.
    ...wrong('name', (value) => /^[a-z0-9][a-z0-9.-]{0,62}$/i.test(value), 'a name of letters, digits, dots and dashes'),
    ...['mac', 'network_mac'].flatMap((name) => wrong(name, (value) => macPattern.test(value), 'a MAC address such as 52:54:00:12:34:56')),
    ...wrong('expires_at', (value) => !Number.isNaN(Date.parse(value)), 'a time such as 2026-11-21T18:00:00Z'),
    ...atLeast('cpus', 1),
    ...atLeast('memory_mb', 64),
    ...(typeof config.network === 'string' && (config.network_mac ?? null) === null ? [problem('network_mac', 'a machine on a network needs network_mac')] : []),
  ];
}
