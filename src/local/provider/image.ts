import { stat } from 'node:fs/promises';
import { number, text } from '../../plugin/attributes.ts';
import { type Attributes, unknown } from '../../plugin/behaviour.ts';
import type { ImageRequest } from '../image/image.ts';
import { cacheDirectory, type LocalResource } from './context.ts';

/**
 * `local_image`: an image in the cache of this computer, verified. It belongs to nobody: destroying the resource leaves it there for the next
 * lab, and the cache has rules of its own.
 */
export const image: LocalResource = {
  type: 'local_image',
  plan({ config, planned }) {
    // Its id is known as soon as its checksum is: an image that was fetched again is the same, and the disks on it stay.
    const checksum = config.checksum ?? null;
    return planned.id === unknown && typeof checksum === 'string' ? { ...planned, id: checksum } : planned;
  },
  async create(planned, context) {
    // Every run of Terraform starts this provider; few make an image.
    const { ensureImage } = await import('../image/ensure-image.ts');
    const found = await ensureImage(requestOf(planned), {
      cacheDirectory: cacheDirectory(context),
      usedBy: context.workingDirectory,
      signal: context.signal,
      environment: context.environment,
    });
    return {
      ...planned,
      id: found.checksum,
      checksum: found.checksum,
      format: found.format,
      file: found.file,
      size_bytes: found.sizeBytes,
      virtual_size_bytes: found.virtualSizeBytes,
      kernel_file: found.kernelFile,
      initrd_file: found.initrdFile,
      kernel_arguments: found.kernelArguments,
    };
  },
  async read(prior) {
    const size = await stat(text(prior, 'file') ?? '').then((found) => found.size, () => null);
    return size !== null && size === number(prior, 'size_bytes') ? prior : null;
  },
  delete: () => Promise.resolve(),
};

function requestOf(planned: Attributes): ImageRequest {
  const format = text(planned, 'format');
  return {
    source: text(planned, 'source') ?? '',
    arch: text(planned, 'arch') === 'arm64' ? 'arm64' : 'amd64',
    checksum: text(planned, 'checksum'),
    format: format === 'qcow2' || format === 'raw' ? format : null,
  };
}
