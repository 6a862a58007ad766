import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as z from 'zod';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { number, text } from '../../plugin/attributes.ts';
import type { Attributes } from '../../plugin/behaviour.ts';
import { createOverlay, moveImage, type Overlay, virtualSize } from '../disk/overlay.ts';
import { register, unregister } from '../registry.ts';
import { absolute, type LocalContext, type LocalResource } from './context.ts';
import { removeEmpty } from './remove-empty.ts';

/** `local_disk`: what differs from an image. A machine's data lives as long as this resource. */
export const disk: LocalResource = {
  type: 'local_disk',
  async create(planned, context) {
    const overlay = overlayOf(planned, context);
    const id = `disk-${randomBytes(6).toString('hex')}`;
    await registerDisk(id, planned, context);
    await ensurePrivateDirectory(dirname(overlay.file));
    // Of a creation that was interrupted: no state knows it.
    await rm(overlay.file, { force: true });
    const bytes = await createOverlay({ ...overlay, sizeGb: number(planned, 'size_gb') }, context.environment);
    return { ...planned, id, size_bytes: bytes };
  },
  async read(prior, context) {
    if (!(await isFile(overlayOf(prior, context).file))) return null;
    await registerDisk(text(prior, 'id') ?? '', prior, context);
    return prior;
  },
  /** What can change in place is where its image is (a machine that runs has it open), and its tags. */
  async update(prior, planned, context) {
    const [before, now] = [overlayOf(prior, context), overlayOf(planned, context)];
    await registerDisk(text(planned, 'id') ?? '', planned, context);
    if (before.imageFile !== now.imageFile || before.imageFormat !== now.imageFormat) await moveImage(now, context.environment);
    return planned;
  },
  async delete(prior, context) {
    const { file } = overlayOf(prior, context);
    await rm(file, { force: true });
    await removeEmpty(dirname(file));
    await unregister(text(prior, 'id') ?? '', context.environment);
  },
  async import(id, context) {
    const bytes = await virtualSize(absolute(id, context), context.environment);
    return { id: `disk-${randomBytes(6).toString('hex')}`, file: id, size_bytes: bytes };
  },
};

async function registerDisk(id: string, attributes: Attributes, context: LocalContext): Promise<void> {
  const directory = dirname(overlayOf(attributes, context).file);
  const tags = z.record(z.string(), z.string()).safeParse(attributes.tags).data ?? {};
  await register({ type: 'local_disk', id, name: basename(directory), directory, socket: '', tags, running: null }, context.environment);
}

const overlayOf = (attributes: Attributes, context: LocalContext): Omit<Overlay, 'sizeGb'> => ({
  file: absolute(text(attributes, 'file') ?? '', context),
  imageFile: absolute(text(attributes, 'image_file') ?? '', context),
  imageFormat: text(attributes, 'image_format') === 'raw' ? 'raw' : 'qcow2',
});

const isFile = (file: string): Promise<boolean> => stat(file).then((found) => found.isFile(), () => false);
