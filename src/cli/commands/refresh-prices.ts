import type { Cloud } from '../../core/cloud.ts';
import type { CloudFacts, InstanceType } from '../../core/clouds.ts';
import { exitCodes, invalidInput, LabError, worstExitCode } from '../../core/errors.ts';
import { namedInstanceType } from '../../core/instance-choice.ts';
import type { ListedPrice } from '../../core/prices.ts';
import { didYouMean } from '../../core/suggest.ts';
import { keepPrices } from '../../input/price-cache.ts';
import { pricesDirectory as worldPrices, worldDirectory } from '../../rehearsal/place.ts';
import type { CliContext } from '../context.ts';
import { pricesDirectory } from '../../library/directories.ts';
import { reportFailure } from '../failure.ts';
import { type RehearsalOptions, withPorts } from '../../library/rehearsal/with-ports.ts';
import { sessionsRoot } from '../../library/sessions.ts';

export interface RefreshPricesOptions extends RehearsalOptions {
  readonly cloud?: readonly string[];
  readonly region?: readonly string[];
  readonly instanceType?: readonly string[];
}

interface Question {
  readonly facts: CloudFacts;
  readonly regions: readonly string[];
  readonly types: readonly InstanceType[];
}

interface Refreshed {
  readonly cloud: string;
  readonly regions: readonly string[];
  readonly prices: number;
  readonly file: string;
}

/** `labtui prices refresh --cloud C,.. [--region R,..]`: each cloud by itself; what failed leaves what was known before. */
export async function refreshPrices(context: CliContext, options: RefreshPricesOptions): Promise<number> {
  const clouds = await context.loadClouds();
  const questions = questionsOf((options.cloud ?? []).map((name) => clouds.of(name)), options);
  const rehearsed = options.rehearse === true;
  const directory = rehearsed ? worldPrices(worldDirectory(sessionsRoot(context))) : pricesDirectory(context);
  const outcomes = await withPorts(context, { rehearsed, options, approve: () => Promise.resolve(false) }, (ports) =>
    Promise.all(
      questions.map(async (question): Promise<Refreshed | { readonly error: unknown }> => {
        try {
          return await refresh(question, ports.cloud(question.facts.id), directory, context.signal);
        } catch (error) {
          return { error };
        }
      }),
    ),
  );
  const refreshed = outcomes.flatMap((outcome) => ('error' in outcome ? [] : [outcome]));
  if (context.settings.json && refreshed.length > 0) context.out(`${JSON.stringify({ refreshed }, null, 2)}\n`);
  else if (!context.settings.json) {
    for (const { cloud, regions, prices } of refreshed) context.out(`${cloud}: ${prices} prices of ${regions.join(', ')}\n`);
    if (refreshed.length > 0) context.err(`${rehearsed ? 'simulated, kept with the rehearsal; ' : ''}labtui prices show${rehearsed ? ' --rehearse' : ''}\n`);
  }
  const codes: number[] = [];
  for (const outcome of outcomes) if ('error' in outcome) codes.push(await reportFailure(outcome.error, context));
  return worstExitCode(codes.length === 0 ? [exitCodes.done] : codes);
}

async function refresh({ facts, regions, types }: Question, { fetchPrices }: Cloud, directory: string, signal: AbortSignal): Promise<Refreshed> {
  if (fetchPrices === undefined) throw invalidInput(`labtui cannot ask ${facts.title} (${facts.id}) for its prices`, 'labtui prices show   shows what it knows');
  const today = new Date().toISOString().slice(0, 10);
  const prices: ListedPrice[] = [];
  for (const region of regions) {
    const found = await fetchPrices({ region, types, today, signal });
    if (!found.some(({ part }) => part === 'machines')) {
      throw new LabError({ kind: 'not-found', summary: `${facts.title} lists no prices of machines in ${region}`, hint: `labtui regions --cloud ${facts.id}` });
    }
    prices.push(...found);
  }
  return { cloud: facts.id, regions, prices: prices.length, file: await keepPrices(directory, facts.id, regions, prices) };
}

/** What each cloud is asked. Throws invalid-input for a region or a type that none of them has. */
function questionsOf(clouds: readonly Cloud[], { region: regions = [], instanceType: types = [] }: RefreshPricesOptions): readonly Question[] {
  const each = [...new Map(clouds.map(({ facts }) => [facts.id, facts])).values()];
  const known = each.flatMap((facts) => facts.regions.map(({ id }) => id));
  const foreign = regions.find((region) => !known.includes(region));
  if (foreign !== undefined) {
    throw invalidInput(`no region "${foreign}" of ${each.map(({ id }) => id).join(', ')}${didYouMean(foreign, known)}`, each.map(({ id }) => `labtui regions --cloud ${id}`).join('   '));
  }
  const unmatched = types.find((type) => !each.some(({ instanceTypePattern }) => instanceTypePattern.test(type)));
  if (unmatched !== undefined) throw invalidInput(`"${unmatched}" is not an instance type of ${each.map(({ title }) => title).join(', ')}`, each.map(({ id }) => `labtui sizes --cloud ${id}`).join('   '));
  return each.map((facts) => {
    const own = regions.filter((region) => facts.regions.some(({ id }) => id === region));
    if (regions.length > 0 && own.length === 0) throw invalidInput(`${facts.id} has no region ${regions.join(', ')}`, `labtui regions --cloud ${facts.id}`);
    return { facts, regions: own.length > 0 ? own : [facts.defaultRegion ?? ''], types: typesOf(facts, types) };
  });
}

/** The catalogue's, and those that were named and are written as this cloud writes them. */
function typesOf(facts: CloudFacts, named: readonly string[]): readonly InstanceType[] {
  const known = [...new Map(facts.instanceTypes.map((type) => [type.type, type])).values()];
  const others = named.filter((name) => facts.instanceTypePattern.test(name) && !known.some(({ type }) => type === name));
  return [...known, ...others.map((name) => namedInstanceType(facts, name, 'amd64'))];
}
