import { existsSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { CloudCapabilities } from '../../src/core/clouds.ts';
import type { Distro, DistroCatalogue } from '../../src/core/distro.ts';
import type { LabEvent } from '../../src/core/events.ts';
import type { Profile } from '../../src/core/profile.ts';
import { type ListedPrice, priceBook } from '../../src/core/prices.ts';
import type { ReadyOutcome, Ssh } from '../../src/core/ssh.ts';
import { awsFacts } from '../../src/clouds/aws/facts.ts';
import type { LabPorts } from '../../src/lab/ports.ts';
import { durableWrite, ensurePrivateDirectory } from '../../src/platform/durable-write.ts';
import { createLedger } from '../../src/sessions/ledger.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { readState } from '../../src/terraform/state.ts';
import { fakeCloud, type FakeCloud, type FakeCloudOptions } from './fake-cloud.ts';
import { fakeTerraform, type FakeTerraform, type TerraformScript } from './fake-terraform.ts';
import { profileSchema } from './profile-schema.ts';

export interface FakeLabOptions {
  readonly cloud?: FakeCloudOptions;
  /** What the cloud can do, where that is not as on AWS. */
  readonly capabilities?: Partial<CloudCapabilities>;
  readonly terraform?: TerraformScript;
  /** Why no machine gets ready; null or nothing: it does. */
  readonly notReady?: string;
  readonly answer?: boolean;
  /** What the guests' timers are found to be. @default nobody looks */
  readonly guestTimer?: 'armed' | 'absent';
  /** Why the guests' timers stay; nothing: they move. */
  readonly guestStays?: string;
  /** Why no machine comes to what `--wait-for` and `--wait-port` ask. @default they do */
  readonly hooksMissed?: string;
  readonly onReadyExit?: number;
  /** @default none but what the look-up finds */
  readonly prices?: readonly ListedPrice[];
}

export interface FakeLab {
  readonly ports: LabPorts;
  readonly root: string;
  readonly events: LabEvent[];
  readonly cloud: FakeCloud;
  readonly terraform: FakeTerraform;
  readonly asked: string[];
  /** What was written into known_hosts by replacements. */
  readonly hostKeys: string[];
  sink(event: LabEvent): void;
  ofType<Type extends LabEvent['type']>(type: Type): Extract<LabEvent, { type: Type }>[];
}

const catalogue: DistroCatalogue = {
  names: ['debian', 'rocky'],
  find: (name) => ({ debian: distro('debian', 'Debian', '12', 'admin'), rocky: distro('rocky', 'Rocky Linux', '9', 'rocky') })[name] ?? null,
};

function distro(name: string, title: string, version: string, user: string): Distro {
  return {
    name,
    title,
    aliases: [],
    homepage: null,
    file: `${name}.yaml`,
    versions: [
      {
        version,
        codename: null,
        endOfLife: '2028-06-30',
        latestEligible: true,
        defaultUser: user,
        serviceManager: 'systemd',
        images: [
          {
            cloud: 'aws',
            arch: 'amd64',
            status: 'available',
            query: { cloud: 'aws', owners: ['1'], namePattern: `${name}-${version}-*`, ssmParameter: null, marketplace: false, newestBy: 'date', includeDeprecated: false },
            user,
            init: 'cloud-init',
            sourceDate: '2026-11-20',
            confidence: 'high',
          },
        ],
      },
    ],
  };
}

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A profile with defaults filled in. */
export function profileOf(fields: Readonly<Record<string, unknown>> = {}): Profile {
  return profileSchema.parse({ name: 'lab', distro: 'debian@12', cloud: 'aws', ssh: { allowFrom: '198.51.100.7' }, ...fields });
}

/** A whole laboratory: real sessions directory and state files, everything else a strict fake. */
export function fakeLab(options: FakeLabOptions = {}): FakeLab {
  const root = join(mkdtempSync(join(tmpdir(), 'labtui-lab-')), 'sessions');
  roots.push(join(root, '..'));
  const events: LabEvent[] = [];
  const asked: string[] = [];
  const hostKeys: string[] = [];
  const cloud = fakeCloud({ ...awsFacts, capabilities: { ...awsFacts.capabilities, ...options.capabilities } }, options.cloud);
  const terraform = fakeTerraform(options.terraform);
  let nowMs = Date.parse('2026-11-21T10:00:00.000Z');
  const now = (): Date => new Date((nowMs += 10));
  const ports: LabPorts = {
    now,
    randomBytes: (size) => new Uint8Array(size).fill(1),
    cloud: () => cloud,
    distros: catalogue,
    terraform,
    sessions: createSessionStore({ root, now, hostName: 'test', pid: process.pid }),
    ledger: createLedger({ directory: join(root, '../ledger'), now, rehearsed: false }),
    ssh: fakeSsh(options, hostKeys),
    readState,
    writeFile: async (file, text) => {
      await ensurePrivateDirectory(join(file, '..'));
      await durableWrite(file, text);
    },
    readFile: (file) => readFile(file, 'utf8'),
    fileExists: existsSync,
    runOnReady: () => Promise.resolve(options.onReadyExit ?? 0),
    keepStackTrace: (error) => {
      throw error;
    },
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
    nearestRegions: () => Promise.resolve([{ region: 'eu-north-1', by: 'default', reason: 'a test measures nothing' }]),
    prices: priceBook(() => options.prices ?? []),
    callerAddress: () => Promise.resolve('198.51.100.7'),
    approve: ({ about }) => {
      asked.push(about);
      return Promise.resolve(options.answer ?? false);
    },
    owner: 'tester@host',
    origin: { who: 'tester@host', labtui: '0.0.0-test' },
    sweeper: () => Promise.resolve({ armed: false, reason: 'a test has none' }),
    labtuiVersion: '0.0.0-test',
    rehearsal: null,
  };
  return {
    ports,
    root,
    events,
    cloud,
    terraform,
    asked,
    hostKeys,
    sink: (event) => void events.push(event),
    ofType: (type) => events.filter((event): event is Extract<LabEvent, { type: typeof type }> => event.type === type),
  };
}

function fakeSsh({ notReady = null, guestTimer, guestStays, hooksMissed }: { readonly notReady?: string | null } & Omit<FakeLabOptions, 'notReady'>, hostKeys: string[]): Ssh {
  return {
    prepareKey: () => Promise.resolve({ key: { kind: 'generated', publicKey: 'ssh-ed25519 AAAA test' }, privateKeyPem: 'PRIVATE' }),
    hostKey: () => ({ privateKeyPem: 'HOST PRIVATE', publicKey: 'ssh-ed25519 AAAAhost' }),
    writeSessionFiles: async (paths, _session, key) => {
      await ensurePrivateDirectory(paths.ssh);
      await durableWrite(paths.privateKey, key.privateKeyPem ?? '');
    },
    writeConfig: () => Promise.resolve(),
    expectHostKey: (_paths, name, publicKey, former) => {
      hostKeys.push(`${name} ${former}s the former, ${publicKey === null ? 'none' : 'one'} expected`);
      return Promise.resolve();
    },
    forgetHostKey: (_paths, name) => {
      hostKeys.push(`${name} forgets what was expected`);
      return Promise.resolve();
    },
    userData: () => '#cloud-config\n',
    waitUntilReady: ({ host, onHost }): Promise<ReadyOutcome> => {
      const stage = notReady === null ? 'ready' : 'tcp';
      const after = { ...host, stage, reason: notReady, hostKeyTrust: 'injected' } as const;
      onHost({ type: 'host', ...after });
      return Promise.resolve(
        notReady === null ? { ok: true, host: after, warnings: [], guestTimer } : { ok: false, host: after, interrupted: false, reason: notReady },
      );
    },
    awaitHooks: ({ onWait, hooks }) => {
      onWait(`--wait-port ${hooks.ports.join()}`);
      return Promise.resolve(hooksMissed === undefined ? { ok: true } : { ok: false, interrupted: false, reason: hooksMissed });
    },
    moveTimer: ({ until, session }) => Promise.resolve(guestStays === undefined ? { moved: true, at: until } : { moved: false, at: session.expiresAt, reason: guestStays }),
  };
}
