import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ec2Answer, type Ec2Call, formOf, readCall } from './ec2-query.ts';
import { Faults } from './faults.ts';
import { MotoCorrections } from './moto-corrections.ts';

export interface Ec2Proxy {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly faults: Faults;
  /** Calls so far, in order of arrival. */
  readonly calls: Ec2Call[];
  stop(): Promise<void>;
}

/** An EC2 endpoint in front of moto: records calls, injects faults, and puts right what moto gets wrong. */
export async function startEc2Proxy(motoPort: number): Promise<Ec2Proxy> {
  const faults = new Faults();
  const calls: Ec2Call[] = [];
  const corrections = new Map<string, MotoCorrections>();

  // moto answers in threads that change what others walk through: some of what comes at once would fail, after it was done.
  let last: Promise<unknown> = Promise.resolve();
  const forward = (incoming: IncomingMessage, body: string): Promise<Ec2Answer> => {
    const turn = last.then(() => askMoto(motoPort, incoming, body));
    last = turn.catch(() => undefined);
    return turn;
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(incoming);
    const call = readCall(body, incoming.headers.authorization);
    if (call === null) {
      send(response, await forward(incoming, body));
      return;
    }
    calls.push(call);
    const { delayMs, drop, answer } = faults.outcome(call);
    if (delayMs > 0) await sleep(delayMs);
    if (drop === 'before') {
      response.destroy();
      return;
    }
    const carriedOut = answer ?? (call.service === 'ec2' ? await ec2Answer(call, incoming) : await forward(incoming, body));
    if (drop === 'after') response.destroy();
    else send(response, carriedOut);
  };

  const ec2Answer = async (call: Ec2Call, incoming: IncomingMessage): Promise<Ec2Answer> => {
    const region = corrections.get(call.region) ?? new MotoCorrections();
    corrections.set(call.region, region);
    const own = region.answer(call);
    if (own !== null) return own;
    return region.correct(call, await forward(incoming, formOf(region.forward(call))));
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      send(response, { status: 502, body: String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    faults,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function askMoto(port: number, incoming: IncomingMessage, body: string): Promise<Ec2Answer> {
  return new Promise((resolve, reject) => {
    const headers = { ...incoming.headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
    // moto reads the body of a chunked request as empty.
    delete headers['transfer-encoding'];
    const outgoing = request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 500, body: text }), reject);
    });
    outgoing.once('error', reject).end(body);
  });
}

function send(response: ServerResponse, { status, body }: Ec2Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' }).end(body);
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
