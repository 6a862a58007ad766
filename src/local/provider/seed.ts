import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { list, text } from '../../plugin/attributes.ts';
import type { Attributes } from '../../plugin/behaviour.ts';
import { isMap } from '../../plugin/value/value-kinds.ts';
import { seedImage } from '../seed/no-cloud.ts';
import { absolute, type LocalResource } from './context.ts';
import { removeEmpty } from './remove-empty.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** `local_seed`: what a machine's cloud-init reads at its first start. Its id is the checksum of its content. */
export const seed: LocalResource = {
  type: 'local_seed',
  async create(planned, context) {
    const file = absolute(text(planned, 'file') ?? '', context);
    const content = imageOf(planned);
    await ensurePrivateDirectory(dirname(file));
    await durableWrite(file, content);
    return { ...planned, id: sha256(content) };
  },
  async read(prior, context) {
    const content = await readFile(absolute(text(prior, 'file') ?? '', context)).catch(() => null);
    return content !== null && sha256(content) === text(prior, 'id') ? prior : null;
  },
  async delete(prior, context) {
    const file = absolute(text(prior, 'file') ?? '', context);
    await rm(file, { force: true });
    await removeEmpty(dirname(file));
  },
};

const imageOf = (attributes: Attributes): Buffer =>
  seedImage({
    instanceId: text(attributes, 'instance_id') ?? '',
    hostName: text(attributes, 'host_name') ?? '',
    userData: text(attributes, 'user_data') ?? '',
    interfaces: list(attributes, 'interfaces').filter(isMap).map((each) => ({ mac: text(each, 'mac') ?? '', address: text(each, 'address') })),
  });
