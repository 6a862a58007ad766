import { describe, expect, it } from 'vitest';
import type { LabEvent, ResultEvent } from '../../src/core/events.ts';
import type { KnownSession } from '../../src/core/known-session.ts';
import type { CloudPlace, Ledger } from '../../src/core/ledger.ts';
import type { SweepReceipt } from '../../src/core/sweep.ts';
import type { SweepPorts } from '../../src/lab/sweep-ports.ts';
import { sweep, type SweepRequest } from '../../src/lab/sweep.ts';
import { held, markedCloud, type MarkedCloud } from '../support/marked-clouds.ts';
import { knownSession } from '../support/known-session.ts';

const future = '2026-11-21T15:00:00.000Z';

interface Scene {
  readonly clouds: readonly MarkedCloud[];
  readonly noted?: readonly CloudPlace[];
  readonly known?: readonly KnownSession[];
  readonly request?: Partial<SweepRequest>;
  readonly destroyed?: (session: KnownSession) => Promise<number>;
}

async function sweepIn({ clouds, noted = [], known = [], request = {}, destroyed }: Scene) {
  let nowMs = Date.parse('2026-11-21T12:00:00.000Z');
  const events: LabEvent[] = [];
  const receipts: SweepReceipt[] = [];
  const ledger: Ledger = {
    note: () => Promise.reject(new Error('a sweep notes nothing')),
    read: () => Promise.resolve({ places: noted.map((place) => ({ ...place, lastUsed: '2026-11-20T00:00:00.000Z', file: `/state/${place.account ?? ''}.json` })), roots: ['/labs'], damaged: [] }),
  };
  const of = (id: string) => {
    const found = clouds.find(({ cloud }) => cloud.id === id);
    if (found === undefined) throw new Error(`no cloud ${id}`);
    return found.cloud;
  };
  const ports: SweepPorts = {
    now: () => new Date((nowMs += 10)),
    origin: {},
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
    cloud: of,
    ledger,
    keepStackTrace: (error) => {
      throw error;
    },
    clouds: clouds.map(({ cloud }) => cloud.id),
    knownSessions: () => Promise.resolve({ sessions: known, unreadable: [] }),
    isOwn: (owner) => owner.startsWith('alice@'),
    destroy: async (session) => ({ exitCode: (await destroyed?.(session)) ?? 0 }) as ResultEvent,
    keepReceipt: (receipt) => {
      receipts.push(receipt);
      return Promise.resolve('/state/sweep.json');
    },
  };
  const swept = await sweep(
    {
      scope: { clouds: null, regions: null, everywhere: false },
      rules: { owners: null, includeUnknown: false, onlyExpired: false, olderThanMs: null },
      dryRun: false,
      confirm: () => Promise.resolve(true),
      parallelism: 2,
      sink: (event) => void events.push(event),
      signal: new AbortController().signal,
      timeoutMs: null,
      ...request,
    },
    ports,
  );
  return { ...swept, events, receipts };
}

const one = (...resources: readonly ReturnType<typeof held>[]): MarkedCloud => markedCloud({ identity: () => '111', held: resources });
const known = (id: string, fields: Partial<KnownSession> = {}): KnownSession => knownSession({ ...fields, id });

describe('a sweep', () => {
  it('ends a lab whose labtui died at work though nothing of it is listed yet: its Terraform may go on', async () => {
    const place = { cloud: 'aws', account: '111', region: 'eu-west-1', settings: {} };
    const labs = [
      known('cut-aaaaaa', { phase: 'applying', places: [place] }),
      known('busy-aaaaaa', { phase: 'applying', places: [place], inUseBy: 'process 7' }),
      known('well-aaaaaa', { phase: 'ready', places: [place] }),
      known('over-aaaaaa', { phase: 'failed', places: [place] }),
      known('elsewhere-aaaaaa', { phase: 'applying', places: [{ ...place, account: '222' }] }),
      known('planned-aaaaaa', { phase: 'planning', places: [] }),
    ];
    const ended: string[] = [];
    const destroyed = ({ id }: KnownSession) => {
      ended.push(id);
      return Promise.resolve(0);
    };
    const { findings } = await sweepIn({ clouds: [one()], noted: [place], known: labs, destroyed });
    expect(ended).toEqual(['cut-aaaaaa']);
    expect(findings?.sessions).toMatchObject([{ session: 'cut-aaaaaa', action: 'destroy', resources: [] }]);
    expect((await sweepIn({ clouds: [one()], noted: [place], known: labs, destroyed, request: { rules: { owners: null, includeUnknown: false, onlyExpired: true, olderThanMs: null } } })).findings?.sessions).toEqual([]);
  });

  it('without a ledger looks everywhere, removes what is expired, and proves it with a receipt', async () => {
    const cloud = one(held('i-1', 'old-aaaaaa'), held('vpc-1', 'old-aaaaaa', { type: 'aws_vpc', region: 'us-east-1' }), held('i-2', 'new-bbbbbb', { expiresAt: future }));
    const { exitCode, receipts, events } = await sweepIn({ clouds: [cloud] });
    expect(exitCode).toBe(0);
    expect(cloud.left()).toEqual(['i-2']);
    expect(cloud.calls[0]).toBe('list 111 everywhere');
    expect(receipts).toMatchObject([
      {
        found: 2,
        deleted: 2,
        left: [],
        verifiedBy: ['listing'],
        byType: { aws_instance: { found: 1, deleted: 1, left: 0 }, aws_vpc: { found: 1, deleted: 1, left: 0 } },
        stacks: { 'aws 111 eu-north-1': { found: 1, place: { cloud: 'aws', account: '111', region: 'eu-north-1', tagQuery: 'labtui=true' } }, 'aws 111 us-east-1': { found: 1 } },
        sessions: [{ session: 'new-bbbbbb', action: 'spare' }, { session: 'old-aaaaaa', action: 'delete' }],
      },
    ]);
    const listedAt = receipts[0]?.stacks?.['aws 111 eu-north-1']?.place?.listedAt ?? '';
    expect(Date.parse(listedAt)).toBeGreaterThan(Date.parse(receipts[0]?.sessions[0]?.createdAt ?? ''));
    expect(events.at(-1)).toMatchObject({ type: 'result', exitCode: 0, session: null });
  });

  it('looks where labtui has been, and there alone; --everywhere and --region say otherwise', async () => {
    const noted = [{ cloud: 'aws', account: '111', region: 'eu-north-1', settings: {} }];
    const cloud = one();
    await sweepIn({ clouds: [cloud], noted });
    await sweepIn({ clouds: [cloud], noted, request: { scope: { clouds: null, regions: null, everywhere: true } } });
    await sweepIn({ clouds: [cloud], noted, request: { scope: { clouds: null, regions: () => ['us-east-1'], everywhere: false } } });
    expect(cloud.calls).toEqual(['list 111 eu-north-1', 'list 111 everywhere', 'list 111 us-east-1']);
  });

  it('goes to each account by the way that is noted, and to the configured one besides', async () => {
    const cloud = markedCloud({
      identity: ({ settings }) => ((settings.aws as { profile?: string } | undefined)?.profile === 'dev' ? '222' : '111'),
      held: [held('i-1', 'a-aaaaaa'), held('i-2', 'b-bbbbbb', { account: '222' })],
    });
    const { exitCode } = await sweepIn({ clouds: [cloud], noted: [{ cloud: 'aws', account: '222', region: 'eu-north-1', settings: { aws: { profile: 'dev' } } }] });
    expect({ exitCode, left: cloud.left() }).toEqual({ exitCode: 0, left: [] });
    expect(cloud.calls.filter((call) => call.startsWith('list')).slice(0, 2).sort()).toEqual(['list 111 everywhere', 'list 222 eu-north-1']);
  });

  it('is 7 where a place that labtui has used cannot be asked, and names what to do; the rest goes on', async () => {
    const cloud = one(held('i-1', 'a-aaaaaa'));
    const { exitCode, events, receipts } = await sweepIn({ clouds: [cloud], noted: [{ cloud: 'aws', account: '999', region: 'eu-north-1', settings: {} }] });
    expect({ exitCode, left: cloud.left() }).toEqual({ exitCode: 7, left: [] });
    expect(events.find(({ type }) => type === 'diagnostic')).toMatchObject({ summary: expect.stringContaining('aws 999 could not be asked'), hint: expect.stringContaining('rm /state/999.json') });
    expect(receipts).toMatchObject([{ unasked: [{ account: '999', expected: true }] }]);
  });

  it('leaves out a cloud without credentials, unless it is named', async () => {
    const clouds = [one(), markedCloud({ id: 'gcp', identity: () => ({ kind: 'credentials', summary: 'no credentials' }), held: [] })];
    const { exitCode, events } = await sweepIn({ clouds });
    expect(exitCode).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ type: 'log', message: 'gcp is left out: no credentials' }));
    expect((await sweepIn({ clouds, request: { scope: { clouds: ['gcp'], regions: null, everywhere: false } } })).exitCode).toBe(7);
  });

  it('a silent region hides no other; it is 7 only where labtui has been there', async () => {
    const cloud = () => markedCloud({ identity: () => '111', held: [held('i-1', 'a-aaaaaa')], silent: ['us-east-1'] });
    const anywhere = cloud();
    expect((await sweepIn({ clouds: [anywhere] })).exitCode).toBe(0);
    expect(anywhere.left()).toEqual([]);
    const noted = [{ cloud: 'aws', account: '111', region: 'us-east-1', settings: {} }];
    expect((await sweepIn({ clouds: [cloud()], noted })).exitCode).toBe(7);
  });

  it('ends a lab that crashed here by its own state, leaves a living one alone, and deletes what an ended one left', async () => {
    const cloud = one(held('i-1', 'crash-aaaaaa', { expiresAt: future }), held('i-2', 'alive-aaaaaa', { expiresAt: future }), held('i-3', 'ended-aaaaaa', { expiresAt: future }));
    const ended: string[] = [];
    const { exitCode } = await sweepIn({
      clouds: [cloud],
      known: [known('crash-aaaaaa', { phase: 'applying' }), known('alive-aaaaaa'), known('ended-aaaaaa', { archived: true })],
      destroyed: async ({ id }) => {
        ended.push(id);
        const api = await cloud.cloud.loadApi?.({ region: 'eu-north-1', settings: {} });
        await api?.deleteLeftovers?.([held('i-1', id)]);
        return 0;
      },
    });
    expect(ended).toEqual(['crash-aaaaaa']);
    expect(cloud.calls).toContain('delete 111 eu-north-1 i-3');
    expect({ exitCode, left: cloud.left() }).toEqual({ exitCode: 0, left: ['i-2'] });
  });

  it('is 7 where a teardown of its own, or a deletion, leaves something, and says what', async () => {
    const cloud = markedCloud({ identity: () => '111', held: [held('i-1', 'a-aaaaaa'), held('sg-1', 'a-aaaaaa')], stuck: ['sg-1'] });
    const { exitCode, receipts, events } = await sweepIn({ clouds: [cloud] });
    expect(exitCode).toBe(7);
    expect(receipts).toMatchObject([{ found: 2, deleted: 1, left: [{ id: 'sg-1' }], exitCode: 7 }]);
    expect(events.find(({ type }) => type === 'diagnostic')).toMatchObject({ severity: 'warning', summary: expect.stringContaining('sg-1 could not be deleted: it is held') });

    const failing = one(held('i-1', 'crash-aaaaaa'));
    expect((await sweepIn({ clouds: [failing], known: [known('crash-aaaaaa', { phase: 'applying' })], destroyed: () => Promise.resolve(4) })).exitCode).toBe(7);
  });

  it('waits for a listing that lags behind', async () => {
    const cloud = markedCloud({ identity: () => '111', held: [held('i-1', 'a-aaaaaa')], lag: 3 });
    expect((await sweepIn({ clouds: [cloud] })).receipts).toMatchObject([{ found: 1, deleted: 1, left: [] }]);
  });

  it('deletes what is of no region after what lies in the regions', async () => {
    const cloud = one(
      held('net-1', 'a-aaaaaa', { type: 'google_compute_network', region: null }),
      held('i-1', 'a-aaaaaa'),
      held('i-2', 'a-aaaaaa', { region: 'us-east-1' }),
    );
    const { receipts } = await sweepIn({ clouds: [cloud] });
    expect(cloud.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete 111 eu-north-1 i-1', 'delete 111 us-east-1 net-1 i-2']);
    expect(receipts).toMatchObject([{ stacks: { 'aws 111 global': { found: 1, deleted: 1 } } }]);
  });

  it('--dry-run and a no delete nothing, and keep no receipt', async () => {
    const cloud = one(held('i-1', 'a-aaaaaa'));
    const looked = await sweepIn({ clouds: [cloud], request: { dryRun: true, confirm: () => Promise.reject(new Error('a dry run asks nobody')) } });
    expect(looked).toMatchObject({ exitCode: 0, findings: { sessions: [{ session: 'a-aaaaaa', action: 'delete' }] }, receipts: [] });
    expect(await sweepIn({ clouds: [cloud], request: { confirm: () => Promise.resolve(false) } })).toMatchObject({ exitCode: 8, receipts: [] });
    expect(cloud.left()).toEqual(['i-1']);
  });

  it('asks nobody where nothing is to go, and proves that too', async () => {
    const { exitCode, receipts } = await sweepIn({ clouds: [one()], request: { confirm: () => Promise.reject(new Error('nothing to ask about')) } });
    expect(exitCode).toBe(0);
    expect(receipts).toMatchObject([{ found: 0, left: [], verifiedBy: ['listing'] }]);
  });

  it('interrupted, deletes nothing more and says how to go on (130)', async () => {
    const stop = new AbortController();
    const cloud = one(held('i-1', 'a-aaaaaa'));
    const { exitCode, events, receipts } = await sweepIn({
      clouds: [cloud],
      request: {
        signal: stop.signal,
        confirm: () => {
          stop.abort('SIGINT');
          return Promise.resolve(true);
        },
      },
    });
    expect({ exitCode, left: cloud.left(), receipts }).toEqual({ exitCode: 130, left: ['i-1'], receipts: [] });
    expect(events).toContainEqual(expect.objectContaining({ type: 'log', message: expect.stringContaining('labtui cleanup --sweep') }));
  });
});
