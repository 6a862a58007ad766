import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../../src/clouds/gcp/errors.ts';
import { synthesize } from '../../../src/clouds/gcp/stack.ts';
import type { MemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { gcpFace } from '../../../src/rehearsal/gcp/face/gcp-face.ts';
import { type InputChange, stackInput } from '../../clouds/gcp/stack-inputs.ts';
import { deadlines, machines, markets } from '../../clouds/gcp/stack-variants.ts';
import { everyCombination } from '../../support/every-combination.ts';
import { caller, fault, gcpWorld } from './gcp-world.ts';
import { ProviderFailure, type ProviderHttp, providerHttp } from './replay/provider-http.ts';
import { createStack, deleteStack, resourcesOf, updateInstance } from './replay/stack-life.ts';

let world: MemoryWorld & { readonly advance: (ms: number) => void };
let server: FaceServer;
let http: ProviderHttp;
let drift: string[];

beforeEach(async () => {
  world = gcpWorld();
  server = await serveFaces({ world, faces: [gcpFace], caller });
  // As often as the provider asks.
  http = providerHttp(`${server.origin}/compute/v1/`, () => world.advance(10_000));
  drift = [];
});
afterEach(() => server.close());

const place = 'projects/lab-project/zones/us-central1-a';
const images = { amd64: 'ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261110', arm64: 'debian-cloud/global/images/debian-12-bookworm-arm64-v20261110' } as const;

/** A stack of the simulated world. */
function text({ stack = {}, ...change }: InputChange = {}): string {
  const image = { ...stackInput({ stack }).stack.image, ...stack.image, id: `projects/${images[stack.arch ?? 'amd64']}` };
  return synthesize(stackInput({ expiresAt: '2026-11-22T00:00:00.000Z', ...change, stack: { account: 'lab-project', region: 'us-central1', zone: 'us-central1-a', ...stack, image } }));
}

const kinds = () => world.read((view) => view.list('gcp').flatMap(({ kind }) => (kind === 'operation' ? [] : [kind])).sort());
const name = 'kernel-lab-x7k2p9-gcp';

describe("the provider's own requests on the simulated Compute Engine", () => {
  it('creates a stack call by call, through operations that are pending and run', async () => {
    const [machine] = await createStack(http, text(), drift);
    expect(http.calls).toEqual([
      'POST projects/lab-project/global/networks',
      `GET projects/lab-project/global/networks/${name}`,
      'POST projects/lab-project/regions/us-central1/subnetworks',
      `GET projects/lab-project/regions/us-central1/subnetworks/${name}`,
      'POST projects/lab-project/global/firewalls',
      `GET projects/lab-project/global/firewalls/${name}`,
      `GET ${place}`,
      `POST ${place}/instances`,
      `GET ${place}/instances/${name}`,
      `GET ${place}/disks/${name}`,
    ]);
    expect([...http.statuses]).toEqual(['PENDING', 'RUNNING']);
    expect(machine?.found).toMatchObject({ status: 'RUNNING', scheduling: { terminationTime: '2026-11-21T23:59:00Z', instanceTerminationAction: 'DELETE', onHostMaintenance: 'MIGRATE' } });
    expect(drift).toEqual([]);
  });

  it.each(everyCombination<InputChange>(machines, markets, deadlines))('reads back what it has sent, so that a plan says no changes: %s', async (_name, change) => {
    const [machine] = await createStack(http, text(change), drift);
    expect(drift).toEqual([]);
    expect(machine?.found.scheduling.onHostMaintenance).toBe(change.stack?.spot === undefined ? 'MIGRATE' : 'TERMINATE');
    await deleteStack(http, text(change));
    expect(await kinds()).toEqual([]);
  });

  it('changes a standing machine in place by the fingerprints of its state, and refuses them a second time', async () => {
    const [machine] = await createStack(http, text(), drift);
    const later = resourcesOf(text({ expiresAt: '2026-11-23T00:00:00.000Z', tags: { more: 'Tags' }, userData: '#cloud-config\n{}\n', stack: { instanceType: 'e2-standard-4' } })).instances[0];
    if (machine === undefined || later === undefined) throw new Error('no machine');
    http.calls.length = 0;
    const changed = await updateInstance(http, machine, later.config, drift);
    const instance = `${place}/instances/${name}`;
    expect(http.calls).toEqual([
      `GET ${instance}`,
      `GET ${instance}`,
      `POST ${instance}/setMetadata`,
      `POST ${instance}/setLabels`,
      `POST ${instance}/stop`,
      `POST ${instance}/setMachineType`,
      `GET ${instance}`,
      `POST ${instance}/start`,
      `GET ${instance}`,
      `GET ${place}/disks/${name}`,
    ]);
    // The deadline stays as it was: labtui tells Terraform not to look at it, as another one would replace the machine.
    expect(drift).toEqual(['scheduling.termination_time']);
    expect(changed.found).toMatchObject({ id: machine.found.id, status: 'RUNNING', labels: { more: '_54ags' } });
    const stale = (call: string, body: Readonly<Record<string, unknown>>) => expect(http.change('POST', `${instance}/${call}`, body)).rejects.toMatchObject({ status: 412, message: expect.stringContaining('conditionNotMet') as string });
    await stale('setMetadata', { items: [], fingerprint: machine.found.metadata.fingerprint });
    await stale('setLabels', { labels: {}, labelFingerprint: machine.found.labelFingerprint });
    await stale('setTags', { items: [], fingerprint: 'AAAAAAAAAAA=' });
  });

  it('deletes it to nothing, and finds the operation of a machine that is gone by its number', async () => {
    const three = text({ count: 3 });
    await createStack(http, three, drift);
    expect(await kinds()).toEqual(['disk', 'disk', 'disk', 'firewall', 'instance', 'instance', 'instance', 'network', 'subnetwork']);
    await expect(http.change('DELETE', `projects/lab-project/global/networks/${name}`)).rejects.toThrow(/already being used by.*resourceInUseByAnotherResource/);
    await deleteStack(http, three);
    expect(await kinds()).toEqual([]);
    await expect(http.send('GET', `${place}/instances/${name}-1`)).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    ['capacity', 'capacity', /does not have enough resources available to fulfill the request.*Consider trying your request in the us-central1-b/s],
    ['quota', 'quota', /Quota 'CPUS' exceeded\. {2}Limit: 24\.0 in region us-central1\.\n\tmetric name = compute\.googleapis\.com\/cpus\n\tlimit name = CPUS-per-project-region\n\tlimit = 24\n\tdimensions = map\[region:us-central1\]/],
  ] as const)('takes the machine and fails its operation: %s', async (kind, expected, words) => {
    await world.arm([fault(kind, { operation: 'compute.instances.insert' })], null);
    const failure = await createStack(http, text(), drift).then(
      () => null,
      (error: unknown) => error,
    );
    if (!(failure instanceof ProviderFailure)) throw new Error(`no failure of the provider's: ${String(failure)}`);
    expect(failure.message).toMatch(words);
    // The call itself was taken.
    expect(failure.status).toBeNull();
    expect(classify(`Error waiting for instance to create: ${failure.message}`)).toMatchObject({ kind: expected });
    await expect(http.send('GET', `${place}/instances/${name}`)).rejects.toMatchObject({ status: 404 });
    expect(await kinds()).toEqual(['firewall', 'network', 'subnetwork']);
  });

  it('does not know an operation that was never begun: the provider asks again', async () => {
    await expect(http.send('GET', `${place}/operations/operation-1-a`)).rejects.toMatchObject({ status: 404 });
    await expect(http.send('GET', `${place}/operations/123`)).rejects.toMatchObject({ status: 404 });
  });
});
