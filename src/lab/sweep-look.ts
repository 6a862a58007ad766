import type { KnownSession } from '../core/known-session.ts';
import type { SweepFindings, SweepVerdict, SweptPlace, SweptSession, UnaskedPlace } from '../core/sweep.ts';
import { diagnosticOf, type Run } from './run.ts';
import { answeredRegions, listAccount, type SweepAnswer } from './sweep-listing.ts';
import { accountsToSweep, type ListedAccount, type SweepScope } from './sweep-places.ts';
import type { SweepPorts } from './sweep-ports.ts';
import { sweepQuery } from './sweep-receipt.ts';
import { bySession, type FoundSession } from './sweep-sessions.ts';
import { isInScope, judge, type SweepRules } from './sweep-verdict.ts';

/** A session that the clouds hold something of, judged. */
export interface JudgedSession {
  readonly found: FoundSession;
  readonly known: KnownSession | null;
  readonly verdict: SweepVerdict;
}

export interface SweepLook {
  readonly findings: SweepFindings;
  readonly judged: readonly JudgedSession[];
  readonly accounts: readonly ListedAccount[];
}

/** Asks every account for what carries labtui's marker, and judges it. Changes nothing. */
export async function lookAround(scope: SweepScope, rules: SweepRules, { ports, run }: { readonly ports: SweepPorts; readonly run: Run }): Promise<SweepLook> {
  const ledger = await ports.ledger.read();
  for (const { file, reason } of ledger.damaged) warn(run, `${file} is left out: ${reason}`);
  const { sessions: known, unreadable } = await ports.knownSessions(ledger.roots);
  for (const { root, reason } of unreadable) warn(run, `the sessions in ${root} cannot be read: ${reason}`);
  const used = [...ledger.places, ...known.flatMap(({ places }) => places)];
  const accounts = accountsToSweep(used, ports.clouds, scope);
  run.phase('validating', 5, `asking ${new Set(accounts.map(({ cloud }) => cloud)).size} clouds`);
  const isUsed = (cloud: string, account: string): boolean => used.some((place) => place.cloud === cloud && place.account === account);
  const never = (): boolean => false;
  const answers = (await Promise.all(accounts.map((account) => listAccount(account, ports, account.account === null && account.files.length === 0 ? isUsed : never)))).filter((answer) => answer !== null);
  const listed = once(answers.flatMap((answer) => (answer.kind === 'listed' ? [answer.listed] : [])));
  const unasked = [...answers.flatMap((answer) => unaskedAccount(answer)), ...listed.flatMap(unansweredRegions)];
  for (const place of unasked) report(run, place);
  const judged = bySession(listed)
    .filter((found) => isInScope(found, rules))
    .map((found): JudgedSession => {
      const here = knownAs(found, known);
      return { found, known: here, verdict: judge(found, here, rules) };
    });
  judged.push(...cutShort(known, judged, { scope, rules, listed }));
  const findings: SweepFindings = { time: ports.now().toISOString(), places: listed.flatMap(placesOf), unasked, sessions: judged.map(sweptSession) };
  return { findings, judged, accounts: listed };
}

interface Looked {
  readonly scope: SweepScope;
  readonly rules: SweepRules;
  readonly listed: readonly ListedAccount[];
}

/**
 * Labs of this computer whose labtui died at work, in places that were asked, though nothing of them is listed: a Terraform that it
 * started works on by itself, and what that makes next is in no listing yet.
 */
function cutShort(known: readonly KnownSession[], judged: readonly JudgedSession[], { scope, rules, listed }: Looked): readonly JudgedSession[] {
  const wasAsked = ({ cloud, account, region }: KnownSession['places'][number]): boolean =>
    listed.some((one) => one.cloud === cloud && one.account === account) && (scope.regions === null || scope.regions(cloud).includes(region));
  return known
    .filter(({ id, archived, phase, places }) => !archived && phase !== 'failed' && places.some(wasAsked) && !judged.some(({ found }) => found.id === id))
    .map((here): JudgedSession => {
      const found: FoundSession = { id: here.id, owners: [], createdAt: null, expiresAt: here.expiresAt, resources: [] };
      return { found, known: here, verdict: judge(found, here, rules) };
    })
    .filter(({ found, verdict }) => verdict.action === 'destroy' && isInScope(found, rules));
}

/** Two ways may lead to one account. */
function once(accounts: readonly ListedAccount[]): readonly ListedAccount[] {
  return accounts.filter(({ cloud, account }, index) => accounts.findIndex((other) => other.cloud === cloud && other.account === account) === index);
}

function knownAs({ id }: FoundSession, known: readonly KnownSession[]): KnownSession | null {
  const here = id === null ? [] : known.filter((session) => session.id === id);
  return here.find(({ archived }) => !archived) ?? here[0] ?? null;
}

function placesOf({ cloud, account, listing, listedAt }: ListedAccount): readonly SweptPlace[] {
  return answeredRegions(listing).map((region) => ({ cloud, account, region, tagQuery: sweepQuery, listedAt }));
}

function unaskedAccount(answer: SweepAnswer): readonly UnaskedPlace[] {
  if (answer.kind === 'listed') return [];
  const { account, problem } = answer;
  const forget = account.files.length === 0 ? null : `if it is gone for good: rm ${account.files.join(' ')}`;
  const hint = [problem.hint, forget].filter((text) => text !== undefined && text !== null).join('\n');
  return [{ cloud: account.cloud, account: account.account, region: null, expected: account.expected, reason: problem.summary, hint: hint === '' ? null : hint }];
}

function unansweredRegions({ cloud, account, expected, regions, listing }: ListedAccount): readonly UnaskedPlace[] {
  return listing.unanswered.map(({ region, problem }) => ({
    cloud,
    account,
    region,
    // An organization may close regions to all its accounts: where nobody was, nothing has to be proved.
    expected: expected && regions !== 'everywhere',
    reason: problem.summary,
    hint: problem.hint ?? null,
  }));
}

function report(run: Run, { cloud, account, region, expected, reason, hint }: UnaskedPlace): void {
  const where = [cloud, account, region].filter((part) => part !== null).join(' ');
  if (!expected) run.emit({ type: 'log', level: 'info', message: `${where} is left out: ${reason}` });
  else run.emit(diagnosticOf({ kind: 'not-found', summary: `${where} could not be asked: ${reason}`, hint: hint ?? undefined }));
}

function sweptSession({ found, verdict }: JudgedSession): SweptSession {
  const { id, owners, createdAt, expiresAt, resources } = found;
  return {
    session: id,
    owners,
    createdAt,
    expiresAt,
    ...verdict,
    resources: resources.map(({ listed: { cloud, account }, resource: { type, id: resourceId, name, region } }) => ({ cloud, account, region, type, id: resourceId, name })),
  };
}

function warn(run: Run, message: string): void {
  run.emit({ type: 'log', level: 'warn', message });
}
