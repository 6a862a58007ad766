import * as z from 'zod';
import type { ApiTarget, CloudApi } from '../../../../src/core/cloud.ts';
import { LabError } from '../../../../src/core/errors.ts';
import { classify } from './errors.ts';
import { nimbusSettings } from './settings.ts';

const listed = z.array(z.object({ id: z.string(), name: z.string(), region: z.string() }));

/** The API of Nimbus: a few paths with JSON. */
export function openNimbusApi({ region: wanted, settings, simulatedAt }: ApiTarget): CloudApi {
  const endpoint = simulatedAt ?? nimbusSettings(settings).endpoint;
  const region = wanted ?? 'cirrus';
  const ask = async <T>(schema: z.ZodType<T>, path: string, method = 'GET'): Promise<T> => {
    if (endpoint === null) throw new LabError({ kind: 'credentials', summary: 'no Nimbus is configured', hint: 'nimbus: { endpoint: ... }' });
    const response = await fetch(new URL(path, endpoint), { method });
    const text = await response.text();
    if (response.ok) return schema.parse(JSON.parse(text));
    throw new LabError(classify(text) ?? { kind: 'internal', summary: text });
  };
  return {
    whoAmI: () => ask(z.object({ account: z.string(), principal: z.string() }), '/whoami'),
    lookup: async (plan) => {
      const { account } = await ask(z.object({ account: z.string() }), '/whoami');
      const slug = plan.imagePin ?? (plan.imageQuery !== null && 'slug' in plan.imageQuery ? plan.imageQuery.slug : '');
      const { id } = await ask(z.object({ id: z.string() }), `/images/${slug}`);
      const [type] = plan.instanceTypes;
      if (type === undefined) throw new Error('no type');
      const { type: instanceType, vcpu, memoryGb, hourlyPrice, currency, priceRegion, priceDate } = type;
      const image = { id, name: slug, owner: null, minDiskGb: 8, createdAt: null };
      return { account, region, zone: `${region}-1`, image, instanceType, vcpu, memoryGb, hourlyPrice, currency, priceRegion, priceDate, networkIds: null };
    },
    listBySession: async (session) =>
      (await ask(listed, `/things?session=${session}`)).map(({ id, name, region: where }) => ({ type: 'terraform_data', id, name, region: where, seenBy: 'listing' })),
    consoleOutput: async (id) => (await ask(z.object({ text: z.string() }), `/things/${id}/console`)).text,
    deleteLeftovers: async (found) => {
      for (const { id } of found) await ask(z.unknown(), `/things/${id}`, 'DELETE');
      return [];
    },
    close: () => undefined,
  };
}
