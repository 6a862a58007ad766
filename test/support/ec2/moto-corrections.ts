import { describeImages } from './describe-images.ts';
import { type Ec2Answer, type Ec2Call, listParam, mapItems, xmlAnswer } from './ec2-query.ts';
import { SpotRequests } from './spot-requests.ts';

const rootType = 'BlockDeviceMapping.1.Ebs.VolumeType';

/** What EC2 does and moto does not: answered here, or put right on the way to moto and back. */
export class MotoCorrections {
  private readonly spot = new SpotRequests();
  private readonly launches = new Map<string, Ec2Answer>();
  private readonly shutdownBehavior = new Map<string, string>();
  private readonly rootVolumes = new Map<string, string>();

  /** The bench's own answer, where moto has none or a wrong one; null: ask moto. */
  answer(call: Ec2Call): Ec2Answer | null {
    const { params } = call;
    switch (call.action) {
      case 'DescribeImages':
        return describeImages(call);
      case 'DescribeSpotInstanceRequests':
        return this.spot.describe(call);
      case 'CancelSpotInstanceRequests':
        return this.spot.cancel(call);
      case 'CreateTags':
      case 'DeleteTags':
        return this.spot.changeTags(call);
      case 'RunInstances':
        // The same client token is the same launch: a client that lost the answer asks again.
        return this.launches.get(params.get('ClientToken') ?? '') ?? null;
      case 'ModifyInstanceAttribute': {
        // moto does not know the attribute and empties the instance's security groups instead.
        const behavior = params.get('InstanceInitiatedShutdownBehavior.Value');
        if (behavior === undefined) return null;
        this.shutdownBehavior.set(params.get('InstanceId') ?? '', behavior);
        return xmlAnswer(call.action, '<return>true</return>');
      }
      case 'DescribeInstanceAttribute': {
        const id = params.get('InstanceId') ?? '';
        const behavior = this.shutdownBehavior.get(id);
        if (params.get('Attribute') !== 'instanceInitiatedShutdownBehavior' || behavior === undefined) return null;
        const value = `<instanceInitiatedShutdownBehavior><value>${behavior}</value></instanceInitiatedShutdownBehavior>`;
        return xmlAnswer(call.action, `<instanceId>${id}</instanceId>${value}`);
      }
      default:
        return null;
    }
  }

  /** The parameters that moto is given. */
  forward({ action, params }: Ec2Call): ReadonlyMap<string, string> {
    if (action !== 'RunInstances') return params;
    // moto lists groups given with the network interface there only; EC2 lists them with the instance, too.
    const forwarded = new Map(
      [...params].map(([name, value]) => [name.replace(/^NetworkInterface\.1\.SecurityGroupId\./, 'SecurityGroupId.'), value]),
    );
    // EC2's default, without which moto leaves the interface behind.
    if (params.has('NetworkInterface.1.DeviceIndex')) forwarded.set('NetworkInterface.1.DeleteOnTermination', 'true');
    // moto drops the iops on the way to its own check that io2 has some.
    if (params.get(rootType)?.startsWith('io') === true) forwarded.set(rootType, 'gp3');
    return forwarded;
  }

  /** moto's answer, put right. */
  correct(call: Ec2Call, answer: Ec2Answer): Ec2Answer {
    if (answer.status !== 200) return answer;
    switch (call.action) {
      case 'RunInstances': {
        const ids = [...answer.body.matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g)].map(([, id]) => id ?? '');
        this.spot.launched(call, ids);
        for (const id of ids) this.rootVolumes.set(id, performanceXml(call));
        const corrected = { ...answer, body: this.spot.inject(answer.body) };
        const token = call.params.get('ClientToken');
        if (token !== undefined) this.launches.set(token, corrected);
        return corrected;
      }
      case 'DescribeInstances':
        return { ...answer, body: this.spot.inject(answer.body) };
      case 'DescribeVolumes':
        return { ...answer, body: this.withPerformance(answer.body) };
      case 'TerminateInstances':
        this.spot.terminated(listParam(call.params, 'InstanceId'));
        return answer;
      default:
        return answer;
    }
  }

  /** moto forgets the iops and throughput that an instance's root volume was asked to have. */
  private withPerformance(body: string): string {
    return mapItems(body, 'volumeSet', (volume) => {
      const [, id = ''] = /<attachmentSet>.*?<instanceId>(i-[0-9a-f]+)<\/instanceId>/s.exec(volume) ?? [];
      const performance = this.rootVolumes.get(id);
      if (performance === undefined) return volume;
      return `${volume.replace(/<(iops|throughput|volumeType)>[^<]*<\/\1>/g, '')}${performance}`;
    });
  }
}

function performanceXml({ params }: Ec2Call): string {
  const ebs = (name: string) => params.get(`BlockDeviceMapping.1.Ebs.${name}`);
  const type = ebs('VolumeType') ?? 'gp3';
  const isGp3 = type === 'gp3';
  const iops = ebs('Iops') ?? (isGp3 ? '3000' : null);
  const throughput = ebs('Throughput') ?? (isGp3 ? '125' : null);
  return `<volumeType>${type}</volumeType>${iops === null ? '' : `<iops>${iops}</iops>`}${throughput === null ? '' : `<throughput>${throughput}</throughput>`}`;
}
