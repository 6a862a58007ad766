import { DescribeImagesCommand, type DescribeImagesCommandInput, type Image } from '@aws-sdk/client-ec2';
import type { ImageQuery } from '../../core/distro.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { PinnedImage, StackPlan } from '../../core/plan.ts';
import { asked, type Ec2 } from './ec2-calls.ts';
import { ec2Arch } from './instance-type-look-up.ts';

type AwsQuery = Extract<ImageQuery, { readonly cloud: 'aws' }>;

/**
 * The image a stack starts from: the profile's own, checked, or the newest that the distro's query finds.
 * Rejects with kind image when there is none, or when it cannot boot there.
 */
export async function lookUpImage(ec2: Ec2, plan: StackPlan, region: string, emit: Emit): Promise<PinnedImage> {
  if (plan.imagePin !== null) return pinned(await pinnedImage(ec2, plan, plan.imagePin, region), null);
  const { imageQuery: query } = plan;
  if (query?.cloud !== 'aws') throw noQuery(plan, 'the distro has none on AWS');
  if (query.namePattern === null) throw noQuery(plan, 'it is listed only as an SSM parameter, which labtui does not read yet');
  const images = await matching(ec2, plan, query, query.namePattern, emit);
  const [newest] = [...images].sort(newestFirst(query.newestBy));
  if (newest === undefined) throw nothingFound(plan, query, region);
  return pinned(newest, query);
}

async function matching(ec2: Ec2, plan: StackPlan, query: AwsQuery, pattern: string, emit: Emit): Promise<readonly Image[]> {
  const input = {
    Owners: [...query.owners],
    Filters: [
      { Name: 'name', Values: [pattern] },
      { Name: 'architecture', Values: [ec2Arch[plan.arch]] },
      { Name: 'state', Values: ['available'] },
      { Name: 'virtualization-type', Values: ['hvm'] },
      { Name: 'root-device-type', Values: ['ebs'] },
    ],
  };
  const current = (await describe(ec2, input)).filter(bootsOnNitro);
  if (current.length > 0 || !query.includeDeprecated) return current;
  const deprecated = (await describe(ec2, { ...input, IncludeDeprecated: true })).filter(bootsOnNitro);
  if (deprecated.length > 0) {
    emit({ type: 'fallback', from: 'current images', to: 'deprecated images', reason: `${plan.distro.title} has no other in this region` });
  }
  return deprecated;
}

/** By id, or by a name among the account's own images and those of the distro's owners: a name alone can be anybody's. */
async function pinnedImage(ec2: Ec2, plan: StackPlan, pin: string, region: string): Promise<Image> {
  const isId = pin.startsWith('ami-');
  const owners = plan.imageQuery?.cloud === 'aws' ? plan.imageQuery.owners : [];
  const images = await describe(
    ec2,
    isId ? { ImageIds: [pin] } : { Owners: ['self', ...owners], Filters: [{ Name: 'name', Values: [pin] }], IncludeDeprecated: true },
  );
  const [image] = [...images].sort(newestFirst('date'));
  const failed = (why: string, hint: string) => new LabError({ kind: 'image', summary: `the image ${pin} ${why}`, hint });
  if (image === undefined) throw failed(`does not exist in ${region}`, 'AMI ids differ between regions; leave out --image for the newest');
  if (image.State !== 'available') throw failed(`is ${image.State ?? 'not available'}`, 'wait until it is available, or name another');
  if (image.Architecture !== ec2Arch[plan.arch]) {
    throw invalidInput(`the image ${pin} is for ${image.Architecture ?? 'another architecture'}, not ${ec2Arch[plan.arch]}`, '--arch, or another --image');
  }
  if (image.RootDeviceType !== 'ebs' || !bootsOnNitro(image)) {
    throw failed('does not boot on current instance types (it lacks ENA or an EBS root disk)', 'name another image');
  }
  return image;
}

async function describe(ec2: Ec2, input: DescribeImagesCommandInput): Promise<readonly Image[]> {
  return (await asked(ec2.send(new DescribeImagesCommand(input)))).Images ?? [];
}

function bootsOnNitro({ EnaSupport }: Image): boolean {
  return EnaSupport !== false;
}

const naturalOrder = new Intl.Collator('en', { numeric: true });

function newestFirst(by: AwsQuery['newestBy']): (a: Image, b: Image) => number {
  const byDate = (a: Image, b: Image) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? '');
  if (by === 'date') return byDate;
  return (a, b) => naturalOrder.compare(b.Name ?? '', a.Name ?? '') || byDate(a, b);
}

function pinned(image: Image, query: AwsQuery | null): PinnedImage {
  const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName);
  return {
    id: image.ImageId ?? '',
    name: image.Name ?? null,
    owner: image.OwnerId ?? null,
    minDiskGb: root?.Ebs?.VolumeSize ?? null,
    createdAt: image.CreationDate ?? null,
    ...(query?.marketplace === true ? { notes: 'sold through AWS Marketplace: its terms must be accepted once for the account' } : {}),
  };
}

function noQuery(plan: StackPlan, why: string): LabError {
  return new LabError({
    kind: 'image',
    summary: `no image of ${plan.distro.title} ${plan.distro.version} can be looked up on AWS: ${why}`,
    hint: 'bring your own: --image ami-...',
  });
}

function nothingFound(plan: StackPlan, query: AwsQuery, region: string): LabError {
  return new LabError({
    kind: 'image',
    summary: `no image of ${plan.distro.title} ${plan.distro.version} (${plan.arch}) was found in ${region}`,
    hint: 'another region (--region), or your own: --image ami-...',
    detail: `asked: owners ${query.owners.join(', ')} · name ${query.namePattern ?? '-'} · architecture ${ec2Arch[plan.arch]} · hvm · ebs`,
  });
}
