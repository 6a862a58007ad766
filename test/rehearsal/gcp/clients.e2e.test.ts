import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { gcpFace } from '../../../src/rehearsal/gcp/face/gcp-face.ts';
import { gcpModel } from '../../../src/rehearsal/gcp/model/gcp-model.ts';
import { skipLoudly } from '../../support/labtui.ts';
import { pythonClients } from '../../support/python-clients.ts';
import { caller, catalogue } from './gcp-world.ts';

const clients = await pythonClients(['google-cloud-compute', 'google-api-python-client']);
const skip = skipLoudly("the simulated Compute Engine under Google's own Python clients", clients.missing);

describe.skipIf(skip)("the simulated Compute Engine under Google's own Python clients", () => {
  let server: FaceServer;
  beforeAll(async () => {
    server = await serveFaces({ world: createMemoryWorld({ models: [gcpModel], catalogue, speed: 100 }), faces: [gcpFace], caller });
  });
  afterAll(async () => {
    await server.close();
    clients.remove();
  });

  async function run(script: string): Promise<unknown> {
    const path = fileURLToPath(new URL(`clients/${script}`, import.meta.url));
    const { stdout, stderr, exitCode } = await execa(clients.python, [path, server.origin, 'lab-project', 'us-central1-a'], { reject: false, stdin: 'ignore', env: { NO_PROXY: '127.0.0.1' } });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  }

  it('takes a lab from its network to nothing by google-cloud-compute', async () => {
    expect(await run('google_cloud_compute.py')).toEqual({
      image: { name: 'debian-12-bookworm-v20261110', diskSizeGb: 10, architecture: 'X86_64' },
      instance: { status: 'RUNNING', natIp: true, runsForSeconds: 3600, onHostMaintenance: 'TERMINATE', disk: 20 },
      listed: ['lab-python'],
      labels: expect.stringContaining('Labels fingerprint either invalid or resource labels have changed') as string,
      metadata: expect.stringContaining('Supplied fingerprint does not match current metadata fingerprint.') as string,
      tags: expect.stringContaining('Supplied fingerprint does not match current tags fingerprint.') as string,
      again: { status: 'RUNNING', machineType: 'e2-standard-4', labels: { labtui: 'true', more: '1' } },
      missing: expect.stringContaining("instances/none' was not found") as string,
      twice: expect.stringContaining("instances/lab-python' already exists") as string,
      statuses: expect.arrayContaining(['PENDING']) as string[],
      left: [],
    });
  });

  it("answers every call as Google's own description of the API has it, to field and type", async () => {
    const report = z.object({ saw: z.record(z.string(), z.unknown()), problems: z.array(z.string()), called: z.array(z.string()) });
    const { saw, problems, called } = report.parse(await run('google_discovery.py'));
    expect(problems).toEqual([]);
    expect(called.length).toBeGreaterThan(70);
    const conditionNotMet = [412, 'conditionNotMet'];
    expect(saw).toMatchObject({
      'old subnetwork': conditionNotMet,
      'old metadata': conditionNotMet,
      'old tags': conditionNotMet,
      'old labels': conditionNotMet,
      'old instance': conditionNotMet,
      'old interface': conditionNotMet,
      patched: ['198.51.100.0/24'],
      'by number': true,
      disk: { provisionedIops: '4000', provisionedThroughput: '200', sizeGb: '20' },
      part: { name: 'lab-discovery', scheduling: { preemptible: false }, networkInterfaces: [{ networkIP: expect.any(String) as string, accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }] },
      'no such selection': [400, 'invalidParameter'],
      attributes: 1,
      protected: [400, 'invalidResourceUsage'],
      static: true,
      running: [400, 'invalidResourceUsage'],
      suspended: 'SUSPENDED',
      stopped: 'TERMINATED',
      'runs for': { seconds: '3600' },
      again: ['RUNNING', 'n4-highcpu-4', 'changed', true, 'Intel Emerald Rapids'],
      'in use': [400, 'resourceInUseByAnotherResource'],
      'network in use': [400, 'resourceInUseByAnotherResource'],
      gone: [[404, 'notFound'], [404, 'notFound']],
    });
  });
});
