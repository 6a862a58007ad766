// Which machine answers at an address, and what it was given at its creation.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';

/**
 * { id, state, launchedAt, userData: Buffer, publicKeys: string[], imageName } of the host, or null. A file
 * `hosts/HOST.json` of the state directory comes first, then the EC2 endpoint of the settings.
 */
export async function findInstance(stateDir, settings, host) {
  const file = join(stateDir, 'hosts', `${host}.json`);
  if (existsSync(file)) {
    const { userData, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    return { ...rest, userData: Buffer.from(userData, 'base64') };
  }
  return settings.ec2 === null ? null : askEc2(settings.ec2, host);
}

async function askEc2({ endpoint, region }, host) {
  const call = (action, params) => callEc2(endpoint, region, action, params);
  const filter = /^[\d.]+$/.test(host) ? 'ip-address' : 'dns-name';
  const found = await call('DescribeInstances', { 'Filter.1.Name': filter, 'Filter.1.Value.1': host });
  // An address goes from a terminated machine to the next one.
  const item = found.split('<instanceId>').slice(1).map((rest) => `<instanceId>${rest}`).find((text) => state(text) !== 'terminated');
  if (item === undefined) return null;
  const id = element(item, 'instanceId');
  const keyName = element(item, 'keyName');
  const [attribute, images, keys] = await Promise.all([
    call('DescribeInstanceAttribute', { InstanceId: id, Attribute: 'userData' }),
    call('DescribeImages', { 'ImageId.1': element(item, 'imageId') }),
    keyName === '' ? '' : call('DescribeKeyPairs', { 'KeyName.1': keyName, IncludePublicKey: 'true' }),
  ]);
  return {
    id,
    state: state(item),
    launchedAt: element(item, 'launchTime'),
    userData: Buffer.from(element(/<userData>.*?<\/userData>/s.exec(attribute)?.[0] ?? '', 'value'), 'base64'),
    publicKeys: [element(keys, 'publicKey').trim()].filter((key) => key !== ''),
    imageName: element(images, 'name') || element(images, 'imageLocation'),
  };
}

const state = (xml) => element(/<instanceState>.*?<\/instanceState>/s.exec(xml)?.[0] ?? '', 'name');

const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Text of the first element of that name; '' when there is none. */
function element(xml, name) {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, word) => entities[word]);
}

async function callEc2(endpoint, region, action, params) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization: `AWS4-HMAC-SHA256 Credential=guest/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15', ...params }).toString(),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
  return text;
}
