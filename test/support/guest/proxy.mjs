// Stands between an SSH client and a machine that does not exist: `node proxy.mjs STATE HOST PORT` as ProxyCommand.
// HOST is looked up (written down by the test, or asked of an EC2 endpoint), booted at its first connection from
// its user data, and served by a real `sshd -i` in namespaces of its own. Plain JavaScript: it runs unbuilt.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findInstance } from './machine/find-instance.mjs';
import { firstBoot, laterBoot } from './machine/first-boot.mjs';
import { imageOf } from './machine/image.mjs';
import { Machine, withLock } from './machine/machine.mjs';

const [stateDir, host, port = '22'] = process.argv.slice(2);
if (host === undefined) {
  process.stderr.write('usage: node proxy.mjs STATE HOST [PORT]\n');
  process.exit(2);
}

/** Ends as a client sees a host on which nothing listens. */
function refuse(reason) {
  process.stderr.write(`proxy: connect to ${host} port ${port}: ${reason}\n`);
  process.exit(1);
}

const settings = JSON.parse(readFileSync(join(stateDir, 'settings.json'), 'utf8'));
const instance = await findInstance(stateDir, settings, host);
if (instance === null) refuse('No route to host');
if (instance.state !== 'running') refuse('Connection timed out');
const faults = { ...settings.faults['*'], ...settings.faults[host], ...settings.faults[instance.id] };

const listensAtMs = Date.parse(instance.launchedAt) + (faults.bootDelayMs ?? 0);
if (faults.never === 'listens' || Date.now() < listensAtMs) refuse('Connection refused');
if (faults.never === 'speaks') {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
  await sleep(3_600_000);
}

// A client that gives up in the middle must not leave half a machine behind.
let sshd = null;
let givenUp = false;
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  process.on(signal, () => {
    givenUp = true;
    sshd?.kill('SIGTERM');
  });
}

const dir = join(stateDir, 'machines', instance.id);
mkdirSync(dir, { recursive: true, mode: 0o711 });
const machine = new Machine(dir);
await withLock(join(dir, 'lock'), async () => {
  if (machine.isOff(instance.launchedAt)) refuse('No route to host');
  const booted = existsSync(join(machine.records, 'booted'));
  if (machine.isUp() && booted) return;
  if (!booted) machine.wipe();
  await machine.powerOn(settings.lifetimeS);
  if (booted) {
    laterBoot(machine);
    return;
  }
  firstBoot(machine, { instance, image: imageOf(instance, settings.image ?? {}), faults });
  machine.record('booted', new Date().toISOString());
});

const listens = machine.run('sshd', ['-T']).stdout.match(/^port \d+$/gm) ?? [];
if (givenUp || !listens.includes(`port ${port}`)) refuse('Connection refused');
appendFileSync(join(machine.records, 'connections.log'), `${new Date().toISOString()} port ${port}\n`);

const [file, args] = machine.command('sshd', ['-i', '-E', '/run/guest/sshd.log']);
sshd = spawn(file, args, { stdio: ['inherit', 'inherit', 'ignore'] });
sshd.on('exit', (code) => process.exit(code ?? 1));
