import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StateResource } from '../../../src/core/cloud.ts';

/** Nimbus itself: what exists there, behind an API on a port of this computer. */
export interface NimbusSky {
  readonly origin: string;
  /** What Terraform has made, or still has, is what there is of a session. */
  hear(session: string, resources: readonly StateResource[]): void;
  /** How often it was asked, by path. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly session: string;
}

const images: ReadonlySet<string> = new Set(['nimbian-7']);

export async function openSky(): Promise<NimbusSky> {
  const things = new Map<string, Thing>();
  const asked: string[] = [];
  const answer = (method: string, url: URL): readonly [status: number, body: unknown] => {
    const [, what = '', id = '', part] = url.pathname.split('/');
    asked.push(`${method} /${what}`);
    if (what === 'whoami') return [200, { account: 'sky-1', principal: 'ada' }];
    if (what === 'images') return images.has(id) ? [200, { id: `img-${id}` }] : [404, `NoSuchImage: there is no image ${id}`];
    if (what !== 'things') return [404, 'NotFound: nothing is there'];
    if (part === 'console') return [200, { text: `Nimbian 7\n${things.get(id)?.name ?? ''} login: ` }];
    if (method === 'DELETE') return [200, { deleted: things.delete(id) }];
    return [200, [...things.values()].filter(({ session }) => session === url.searchParams.get('session'))];
  };
  const server = createServer((request, response) => {
    const [status, body] = answer(request.method ?? 'GET', new URL(request.url ?? '/', 'http://nimbus'));
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hear: (session, resources) => {
      for (const thing of things.values()) if (thing.session === session) things.delete(thing.id);
      for (const { id, address } of resources) if (id !== null) things.set(id, { id, name: address, region: 'cirrus', session });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
