import { parse } from 'yaml';
import { authorizedKeysOf, defaultUserOf, hostKeyOf, hostNameOf, powerOffDelayMs, textsOf } from './cloud-config-guest.ts';
import { type CloudConfig, isMap, mergeCloudConfigs } from './cloud-config-merge.ts';
import { readIgnition } from './ignition-guest.ts';
import type { AuthorizedKey, GuestHostKey } from './machine.ts';
import { type UserDataPart, userDataParts } from './user-data-parts.ts';

/** What a guest takes from its user data. */
export interface GuestInstructions {
  /** null: the guest makes one of its own. */
  readonly hostKey: GuestHostKey | null;
  readonly authorizedKeys: readonly AuthorizedKey[];
  /** The image's default user gets this name; null: it keeps its own. */
  readonly user: string | null;
  readonly hostName: string | null;
  readonly sshPort: number;
  /** Powers itself off at this time, as told in ms since 1970; null: no such timer. */
  readonly shutdownAtMs: number | null;
  /** Powers itself off that long after its start; with both, at the earlier of the two. */
  readonly shutdownAfterBootMs: number | null;
  /** Shell scripts and boothooks, in their order. They are not run. */
  readonly scripts: readonly string[];
}

const nothing: GuestInstructions = {
  hostKey: null,
  authorizedKeys: [],
  user: null,
  hostName: null,
  sshPort: 22,
  shutdownAtMs: null,
  shutdownAfterBootMs: null,
  scripts: [],
};

/**
 * Reads user data as cloud-init or Ignition would: MIME messages, cloud-config, scripts, Ignition. `userData` is
 * decoded text. Never throws: a part that cannot be read is left out, and the machine starts without it.
 */
export function readGuestInstructions(userData: string | null): GuestInstructions {
  if (userData === null || userData.trim() === '') return nothing;
  const ignition = userData.trimStart().startsWith('{') ? readIgnition(userData) : null;
  if (ignition !== null) {
    const { hostKey, authorizedKeys, hostName, files } = ignition;
    return { ...nothing, hostKey, authorizedKeys, hostName, ...timerOf([`labtui-ttl ${files.get('/etc/labtui-ttl') ?? ''}`]) };
  }
  const { config, scripts } = read(userDataParts(userData), { config: {}, scripts: [] }, 0);
  const texts = [...scripts, ...textsOf(config)];
  const timer = timerOf(texts);
  return {
    hostKey: hostKeyOf(config),
    authorizedKeys: authorizedKeysOf(config),
    user: defaultUserOf(config),
    hostName: hostNameOf(config),
    sshPort: portOf(texts),
    shutdownAtMs: timer.shutdownAtMs,
    shutdownAfterBootMs: earliest([timer.shutdownAfterBootMs, powerOffDelayMs(config)]),
    scripts,
  };
}

interface Gathered {
  readonly config: CloudConfig;
  readonly scripts: readonly string[];
}

function read(parts: readonly UserDataPart[], before: Gathered, depth: number): Gathered {
  return parts.reduce(({ config, scripts }: Gathered, { type, mergeType, text }): Gathered => {
    switch (type) {
      case 'text/cloud-config': {
        const value = fromYaml(text);
        return { config: isMap(value) ? mergeCloudConfigs(config, value, mergeType) : config, scripts };
      }
      case 'text/cloud-config-archive': {
        const value = fromYaml(text);
        const entries: readonly unknown[] = Array.isArray(value) && depth < 3 ? value : [];
        const texts = entries.map((entry) => (isMap(entry) ? entry.content : entry)).filter((entry) => typeof entry === 'string');
        return read(texts.flatMap((entry) => userDataParts(entry)), { config, scripts }, depth + 1);
      }
      case 'text/cloud-boothook':
      case 'text/x-shellscript':
        return { config, scripts: [...scripts, text, ...handedOn(text)] };
      default:
        return { config, scripts };
    }
  }, before);
}

/** cloud-init reads YAML 1.1 and takes the last of two equal keys. */
function fromYaml(text: string): unknown {
  try {
    return parse(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
  } catch {
    return null;
  }
}

/** The user's own script inside the startup script of an image without cloud-init. */
function handedOn(script: string): readonly string[] {
  const body = /<<'LABTUI-USER-DATA'\n([\s\S]*?)\nLABTUI-USER-DATA$/m.exec(script)?.[1];
  return body === undefined ? [] : [Buffer.from(body, 'base64').toString('utf8')];
}

/** `labtui-ttl AT SECONDS`, or a plain `shutdown +MINUTES` at the start of a line. */
function timerOf(texts: readonly string[]): Pick<GuestInstructions, 'shutdownAtMs' | 'shutdownAfterBootMs'> {
  const told = texts.map((text) => /^(?:\/usr\/local\/sbin\/)?labtui-ttl (\d+) (\d+)\s*$/m.exec(text)).find((match) => match !== null);
  const plain = texts.flatMap((text) => [...text.matchAll(/^(?:sudo )?(?:\/sbin\/)?shutdown (?:-[a-zA-Z]+ )*\+(\d+)\b/gm)]);
  const own = told === undefined ? null : Number(told[2]) * 1_000;
  return {
    shutdownAtMs: told === undefined ? null : Number(told[1]) * 1_000,
    shutdownAfterBootMs: earliest([own, ...plain.map(([, minutes]) => Number(minutes) * 60_000)]),
  };
}

/** The last word counts where sshd is given several: labtui comments other ports out. */
function portOf(texts: readonly string[]): number {
  const ports = texts.flatMap((text) => [...text.matchAll(/(?:^|')[ \t]*Port (\d{1,5})\b/gm)].map(([, port]) => Number(port)));
  return ports.find((port) => port > 0 && port < 65_536) ?? 22;
}

function earliest(times: readonly (number | null)[]): number | null {
  const given = times.filter((time) => time !== null);
  return given.length === 0 ? null : Math.min(...given);
}
