import { callEc2, elementsOf } from './call-ec2.ts';
import { describeTagged, type TaggedResource } from './describe-tagged.ts';
import { startEc2Proxy } from './ec2-proxy.ts';
import type { Ec2Call } from './ec2-query.ts';
import type { Fault } from './faults.ts';
import { startMoto } from './moto-process.ts';

/** An EC2 of one's own for the length of a test file. */
export interface Ec2Bench {
  /** `http://127.0.0.1:PORT`: for AWS_ENDPOINT_URL or `aws.endpoint`. */
  readonly endpoint: string;
  readonly region: string;
  /** Credentials and endpoint for a child process: everything that would reach a real account is overridden. */
  readonly env: Readonly<Record<string, string>>;
  /** Calls so far, of all services. */
  readonly calls: readonly Ec2Call[];
  inject(fault: Fault): void;
  clearFaults(): void;
  /** The user data of an instance, decoded; null when it has none. */
  userDataOf(instanceId: string): Promise<Buffer | null>;
  /** The OpenSSH public key of a key pair; rejects when it does not exist. */
  publicKeyOf(keyName: string): Promise<string>;
  /** What is there under the session's tag; terminated instances do not count. */
  tagged(sessionId: string): Promise<readonly TaggedResource[]>;
  call(action: string, params?: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

/** Starts moto with the distributions' images behind a correcting proxy. Needs moto_server (see missingTools). */
export async function startEc2(region = 'eu-north-1'): Promise<Ec2Bench> {
  const moto = await startMoto();
  const proxy = await startEc2Proxy(moto.port);
  const call = (action: string, params: Readonly<Record<string, string>> = {}) => callEc2(proxy.endpoint, action, params, { region });
  // moto loads a service at its first call, which takes seconds.
  await call('DescribeVpcs');
  proxy.calls.length = 0;
  return {
    endpoint: proxy.endpoint,
    region,
    env: {
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_SESSION_TOKEN: '',
      AWS_REGION: region,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    calls: proxy.calls,
    inject: (fault) => proxy.faults.add(fault),
    clearFaults: () => proxy.faults.clear(),
    call,
    async userDataOf(instanceId) {
      const xml = await call('DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'userData' });
      const [encoded] = elementsOf(/<userData>(.*?)<\/userData>/s.exec(xml)?.[1] ?? '', 'value');
      return encoded === undefined || encoded === '' ? null : Buffer.from(encoded, 'base64');
    },
    async publicKeyOf(keyName) {
      const xml = await call('DescribeKeyPairs', { 'KeyName.1': keyName, IncludePublicKey: 'true' });
      const [publicKey] = elementsOf(xml, 'publicKey');
      if (publicKey === undefined) throw new Error(`EC2 gives no public key of ${keyName}`);
      return publicKey.trim();
    },
    tagged: (sessionId) => describeTagged(proxy.endpoint, sessionId, region),
    async stop() {
      await proxy.stop();
      await moto.stop();
    },
  };
}
