import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { MachineSpec } from '../../../src/local/qemu/machine-spec.ts';
import { processOfPidFile } from '../../../src/local/qemu/process.ts';
import { endMachine } from '../../../src/local/qemu/stop.ts';

export interface FakeBehaviour {
  /** The guest does nothing on KVM. */
  readonly stalls?: boolean;
  /** It ends at its start with these words. */
  readonly refuse?: string;
  readonly refuseKvm?: boolean;
  /** It ends on KVM with these words. */
  readonly diesOnKvm?: string;
  readonly ignoresPowerButton?: boolean;
  /** How long it takes to open its monitor. */
  readonly slowMs?: number;
}

/** A PATH on which QEMU is a small program that behaves as told; qemu-img is the computer's own. */
export interface FakeQemu {
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A machine's directory, below the home; removed with it. */
  directory(name: string): string;
  behave(behaviour: FakeBehaviour): void;
  /** The arguments of each start so far. */
  starts(): readonly (readonly string[])[];
  /** Ends what still runs of these machines and removes everything. */
  remove(): Promise<void>;
}

export function fakeQemu(): FakeQemu {
  const home = mkdtempSync(join(tmpdir(), 'labtui-qemu-'));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  for (const name of ['qemu-system-x86_64', 'qemu-system-aarch64']) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'fake-qemu.mjs')}' '${home}' "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const directories = new Set<string>();
  return {
    home,
    environment: { PATH: [bin, process.env.PATH].join(delimiter), HOME: home, XDG_CACHE_HOME: join(home, 'cache') },
    directory(name) {
      const directory = join(home, 'machines', name);
      directories.add(directory);
      return directory;
    },
    behave: (behaviour) => writeFileSync(join(home, 'behaviour.json'), JSON.stringify(behaviour)),
    starts() {
      const log = join(home, 'starts.log');
      if (!existsSync(log)) return [];
      return readFileSync(log, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as string[]);
    },
    async remove() {
      for (const directory of directories) {
        const left = await processOfPidFile(join(directory, 'qemu.pid'));
        // With its watchdog, which writes into the directory once more.
        if (left !== null) await endMachine(left, null);
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const sampleSpec: MachineSpec = {
  name: 'web-1',
  arch: 'amd64',
  cpus: 2,
  memoryMb: 1024,
  firmware: 'auto',
  machineType: null,
  acceleration: 'tcg',
  diskFile: '/lab/disk.qcow2',
  seedFile: '/lab/seed.iso',
  kernel: null,
  mac: '52:54:00:00:00:01',
  network: null,
  guestSshPort: 22,
  hostSshPort: null,
  forwards: [],
  share: null,
};
