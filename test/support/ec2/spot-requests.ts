import { randomBytes } from 'node:crypto';
import {
  type Ec2Answer,
  type Ec2Call,
  errorAnswer,
  filtersOf,
  listParam,
  matchesFilter,
  tagSetXml,
  tagsFor,
  xmlAnswer,
} from './ec2-query.ts';

interface SpotRequest {
  readonly id: string;
  readonly instanceId: string;
  readonly price: string;
  readonly type: string;
  readonly interruption: string;
  readonly tags: Map<string, string>;
  state: 'active' | 'closed' | 'cancelled';
}

/** The spot requests behind RunInstances with a spot market: moto starts the instance but keeps no request. */
export class SpotRequests {
  private readonly requests: SpotRequest[] = [];

  /** Notes the requests of a spot launch; other launches leave no trace. */
  launched({ params }: Ec2Call, instanceIds: readonly string[]): void {
    if (params.get('InstanceMarketOptions.MarketType') !== 'spot') return;
    const option = (name: string) => params.get(`InstanceMarketOptions.SpotOptions.${name}`);
    for (const instanceId of instanceIds) {
      this.requests.push({
        id: `sir-${randomBytes(4).toString('hex')}`,
        instanceId,
        // EC2 gives the price back with six decimals, and the on-demand price where none was asked for.
        price: Number(option('MaxPrice') ?? '0.0416').toFixed(6),
        type: option('SpotInstanceType') ?? 'one-time',
        interruption: option('InstanceInterruptionBehavior') ?? 'terminate',
        tags: new Map(tagsFor(params, 'spot-instances-request')),
        state: 'active',
      });
    }
  }

  terminated(instanceIds: readonly string[]): void {
    for (const request of this.requests) if (instanceIds.includes(request.instanceId)) request.state = 'closed';
  }

  /** Tags put on a request by CreateTags or taken off by DeleteTags; null when none of the resources is a request. */
  changeTags({ action, params }: Ec2Call): Ec2Answer | null {
    const ids = listParam(params, 'ResourceId');
    const concerned = this.requests.filter(({ id }) => ids.includes(id));
    if (concerned.length === 0) return null;
    for (let index = 1; params.has(`Tag.${index}.Key`); index += 1) {
      const key = params.get(`Tag.${index}.Key`) ?? '';
      for (const { tags } of concerned) {
        if (action === 'DeleteTags') tags.delete(key);
        else tags.set(key, params.get(`Tag.${index}.Value`) ?? '');
      }
    }
    return xmlAnswer(action, '<return>true</return>');
  }

  /** The instances' own elements, with the request's id after each spot instance's id. */
  inject(body: string): string {
    return body.replace(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g, (element, id: string) => {
      const request = this.requests.find(({ instanceId }) => instanceId === id);
      return request === undefined ? element : `${element}<spotInstanceRequestId>${request.id}</spotInstanceRequestId>`;
    });
  }

  describe({ params }: Ec2Call): Ec2Answer {
    const ids = listParam(params, 'SpotInstanceRequestId');
    const unknown = ids.find((id) => !this.requests.some((request) => request.id === id));
    if (unknown !== undefined) return notFound(unknown);
    const filters = filtersOf(params);
    const found = this.requests.filter(
      (request) =>
        (ids.length === 0 || ids.includes(request.id)) &&
        [...filters].every(([name, patterns]) => {
          const value = name.startsWith('tag:') ? request.tags.get(name.slice(4)) : name === 'state' ? request.state : request.instanceId;
          return value !== undefined && matchesFilter(value, patterns);
        }),
    );
    return xmlAnswer('DescribeSpotInstanceRequests', `<spotInstanceRequestSet>${found.map(requestXml).join('')}</spotInstanceRequestSet>`);
  }

  cancel({ params }: Ec2Call): Ec2Answer {
    const ids = listParam(params, 'SpotInstanceRequestId');
    const unknown = ids.find((id) => !this.requests.some((request) => request.id === id));
    if (unknown !== undefined) return notFound(unknown);
    const cancelled = this.requests.filter(({ id }) => ids.includes(id));
    for (const request of cancelled) request.state = 'cancelled';
    const items = cancelled.map(({ id }) => `<item><spotInstanceRequestId>${id}</spotInstanceRequestId><state>cancelled</state></item>`);
    return xmlAnswer('CancelSpotInstanceRequests', `<spotInstanceRequestSet>${items.join('')}</spotInstanceRequestSet>`);
  }
}

function notFound(id: string): Ec2Answer {
  return errorAnswer('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`);
}

function requestXml(request: SpotRequest): string {
  const status = request.state === 'active' ? 'fulfilled' : 'instance-terminated-by-user';
  return `<item><spotInstanceRequestId>${request.id}</spotInstanceRequestId><spotPrice>${request.price}</spotPrice><type>${request.type}</type><state>${request.state}</state><status><code>${status}</code></status><instanceId>${request.instanceId}</instanceId><productDescription>Linux/UNIX</productDescription><instanceInterruptionBehavior>${request.interruption}</instanceInterruptionBehavior>${tagSetXml(request.tags)}</item>`;
}
