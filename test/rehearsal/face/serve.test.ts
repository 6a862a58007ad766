import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../../src/rehearsal/engine/call.ts';
import { ConnectionLost } from '../../../src/rehearsal/engine/cloud-error.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import type { Face } from '../../../src/rehearsal/face/face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';

const caller: Caller = { actor: 'client', run: null, session: null, stack: null };
const world = createMemoryWorld({ models: [], catalogue: { clouds: {} } });

/** Answers below one path with what it was asked. */
function echo(cloud: Face['cloud'], below: string): Face {
  return {
    cloud,
    speaks: ({ path }) => path.startsWith(below),
    answer: ({ method, path, query, headers, body, origin }, context) => {
      if (path.endsWith('/cut')) return Promise.reject(new ConnectionLost(false));
      if (path.endsWith('/bug')) return Promise.reject(new Error('a bug'));
      const answer = { cloud, method, path, query: [...query], trace: headers['x-trace'], body, origin, actor: context.caller.actor };
      return Promise.resolve({ status: 201, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });
    },
  };
}

let server: FaceServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(): Promise<string> {
  server = await serveFaces({ world, caller, faces: [echo('aws', '/a'), echo('gcp', '/g')] });
  return server.origin;
}

describe('the server of all faces', () => {
  it('gives a request to the face that speaks its dialect, as the client sent it', async () => {
    const origin = await serve();
    const response = await fetch(`${origin}/g/x%20y?b=1&b=2`, { method: 'POST', headers: { 'X-Trace': 'T' }, body: 'grüße' });
    expect([response.status, response.headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(await response.json()).toEqual({
      cloud: 'gcp',
      method: 'POST',
      path: '/g/x%20y',
      query: [['b', '1'], ['b', '2']],
      trace: 'T',
      body: 'grüße',
      origin,
      actor: 'client',
    });
  });

  it('answers what nobody speaks with 404, a bug with 500, a body without end with 413', async () => {
    const origin = await serve();
    const nobody = await fetch(`${origin}/elsewhere`);
    expect([nobody.status, nobody.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect((await fetch(`${origin}/a/bug`)).status).toBe(500);
    expect(await statusOfEndless(`${origin}/a/x`)).toBe(413);
    expect((await fetch(`${origin}/a/still-there`)).status).toBe(201);
  });

  it('breaks the connection where a fault says so, and goes on', async () => {
    const origin = await serve();
    await expect(fetch(`${origin}/a/cut`)).rejects.toThrow('fetch failed');
    expect((await fetch(`${origin}/a/still-there`)).status).toBe(201);
  });

  it('listens on this computer only', async () => {
    await expect(serveFaces({ world, caller, faces: [], host: '0.0.0.0' })).rejects.toThrow('this computer only');
  });
});

function statusOfEndless(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST' }, (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    request.on('error', reject);
    for (let sent = 0; sent < 5; sent += 1) request.write('x'.repeat(1024 * 1024));
  });
}
