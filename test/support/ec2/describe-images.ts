import { type Ami, amis } from './ami-catalogue.ts';
import { type Ec2Answer, type Ec2Call, errorAnswer, escapeXml, filtersOf, listParam, matchesFilter, xmlAnswer } from './ec2-query.ts';

/** DescribeImages over the bench's own images: moto knows too few filters and gives every image 15 GB. */
export function describeImages({ params }: Ec2Call): Ec2Answer {
  const ids = listParam(params, 'ImageId');
  const unknown = ids.filter((id) => !amis.some((ami) => ami.id === id));
  if (unknown.length > 0) {
    return errorAnswer('InvalidAMIID.NotFound', `The image id '[${unknown.join(', ')}]' does not exist`);
  }
  const owners = listParam(params, 'Owner');
  const filters = filtersOf(params);
  for (const name of filters.keys()) {
    if (!(name in filterValues)) return errorAnswer('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
  const found = amis.filter(
    (ami) =>
      (ids.length === 0 || ids.includes(ami.id)) &&
      (owners.length === 0 || owners.some((owner) => owner === ami.owner || owner === ami.ownerAlias)) &&
      (ids.length > 0 || ami.deprecatedAt === null || params.get('IncludeDeprecated') === 'true') &&
      [...filters].every(([name, patterns]) => matchesFilter(filterValues[name]?.(ami) ?? '', patterns)),
  );
  return xmlAnswer('DescribeImages', `<imagesSet>${found.map(imageXml).join('')}</imagesSet>`);
}

const filterValues: Readonly<Record<string, (ami: Ami) => string>> = {
  name: (ami) => ami.name,
  architecture: (ami) => ami.architecture,
  'image-id': (ami) => ami.id,
  'owner-id': (ami) => ami.owner,
  state: () => 'available',
  'virtualization-type': () => 'hvm',
  'root-device-type': () => 'ebs',
  'image-type': () => 'machine',
};

function imageXml(ami: Ami): string {
  const ebs = `<ebs><deleteOnTermination>true</deleteOnTermination><snapshotId>snap-${ami.id.slice(4)}</snapshotId><volumeSize>${ami.rootSizeGb}</volumeSize><volumeType>gp3</volumeType><encrypted>false</encrypted></ebs>`;
  const elements: Readonly<Record<string, string | null>> = {
    imageId: ami.id,
    imageLocation: escapeXml(`${ami.owner}/${ami.name}`),
    imageState: 'available',
    imageOwnerId: ami.owner,
    imageOwnerAlias: ami.ownerAlias,
    isPublic: 'true',
    architecture: ami.architecture,
    imageType: 'machine',
    name: escapeXml(ami.name),
    rootDeviceType: 'ebs',
    rootDeviceName: ami.rootDevice,
    blockDeviceMapping: `<item><deviceName>${ami.rootDevice}</deviceName>${ebs}</item>`,
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: String(ami.enaSupport),
    creationDate: ami.createdAt,
    deprecationTime: ami.deprecatedAt,
  };
  const xml = Object.entries(elements).map(([name, value]) => (value === null ? '' : `<${name}>${value}</${name}>`));
  return `<item>${xml.join('')}</item>`;
}
