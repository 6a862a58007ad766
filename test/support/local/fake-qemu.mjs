// Stands in for qemu-system-*: `node fake-qemu.mjs DIRECTORY ARGUMENT...`. It keeps what labtui relies on: pid file, monitor, console,
// forwarded ports, SIGTERM. DIRECTORY/behaviour.json says how it misbehaves. Plain JavaScript: it runs unbuilt.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setInterval, setTimeout } from 'node:timers';

const [directory, ...args] = process.argv.slice(2);
if (args[0] === '--version') {
  process.stdout.write('QEMU emulator version 8.2.0\n');
  process.exit(0);
}
const behaviourFile = join(directory, 'behaviour.json');
const behaviour = existsSync(behaviourFile) ? JSON.parse(readFileSync(behaviourFile, 'utf8')) : {};
const after = (name) => args.flatMap((word, at) => (word === name ? [args[at + 1]] : []));
const option = (text, key) => text.split(/(?<!,),(?!,)/).find((part) => part.startsWith(`${key}=`))?.slice(key.length + 1).replaceAll(',,', ',');
const accelerator = after('-accel')[0].split(',')[0];
appendFileSync(join(directory, 'starts.log'), `${JSON.stringify(args)}\n`);

const fail = (text) => {
  process.stderr.write(`qemu-system: ${text}\n`);
  process.exit(1);
};
if (behaviour.refuse !== undefined) fail(behaviour.refuse);
if (behaviour.diesOnKvm !== undefined && accelerator === 'kvm') fail(behaviour.diesOnKvm);
if (behaviour.refuseKvm === true && accelerator === 'kvm') fail('-accel kvm: failed to initialize kvm: Permission denied');

const listen = (server, where) => new Promise((resolve, reject) => server.once('error', reject).listen(where, resolve));
const rules = after('-netdev').flatMap((netdev) => [...netdev.matchAll(/hostfwd=tcp:127\.0\.0\.1:(\d+)-:(\d+)/g)]);
for (const [, hostPort, guestPort] of rules) {
  await listen(createServer((socket) => socket.on('error', () => undefined).end()), { host: '127.0.0.1', port: Number(hostPort) }).catch(() =>
    fail(`-netdev user,id=net0: Could not set up host forwarding rule 'tcp:127.0.0.1:${hostPort}-:${guestPort}'`),
  );
}

const [monitor, consoleLog] = [after('-chardev').find((text) => text.startsWith('socket')), after('-chardev').find((text) => text.startsWith('file'))];
const consoleFile = option(consoleLog, 'path');
const pidFile = after('-pidfile')[0];
const stands = accelerator === 'kvm' && behaviour.stalls === true;
let bytes = 0;
if (!stands) {
  setInterval(() => {
    bytes += 4 * 1024 ** 2;
    appendFileSync(consoleFile, 'booting\n');
  }, 50);
}
appendFileSync(consoleFile, 'firmware\n');

const leave = (code) => {
  rmSync(pidFile, { force: true });
  process.exit(code);
};
process.on('SIGTERM', () => leave(0));
const commands = {
  qmp_capabilities: () => ({}),
  'query-status': () => ({ status: 'running', running: true }),
  'query-blockstats': () => [{ device: 'disk0', stats: { rd_operations: bytes / 4096, wr_operations: 0, rd_bytes: bytes } }],
  system_powerdown: () => {
    if (behaviour.ignoresPowerButton !== true) setTimeout(() => leave(0), 100);
    return {};
  },
  quit: () => {
    setTimeout(() => leave(0), 10);
    return {};
  },
};
const server = createServer((socket) => {
  socket.write(`${JSON.stringify({ QMP: { version: {}, capabilities: [] } })}\n`);
  socket.on('error', () => undefined);
  let rest = '';
  socket.on('data', (data) => {
    const lines = (rest + String(data)).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const { execute, id } = JSON.parse(line);
      const answer = commands[execute];
      socket.write(`${JSON.stringify({ timestamp: {}, event: 'NOISE' })}\n`);
      socket.write(`${JSON.stringify(answer === undefined ? { id, error: { class: 'CommandNotFound', desc: `no ${execute}` } } : { id, return: answer() })}\n`);
    }
  });
});
writeFileSync(pidFile, `${process.pid}\n`);
setTimeout(() => void listen(server, option(monitor, 'path')), behaviour.slowMs ?? 0);
