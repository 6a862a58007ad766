import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { parseJson } from '../../platform/parse-json.ts';
import { textOf } from '../../platform/text-of.ts';
import { type ImageRecord, imageRecordSchema } from './image.ts';

/**
 * How an image starts that was built into a file: FILE.json beside it names its kernel and initial RAM disk. null: there is no such
 * file, the disk has a boot loader. Rejects with kind image where what it names is missing.
 */
export async function readOwnRecord(file: string): Promise<ImageRecord['boot']> {
  const beside = `${file}.json`;
  const text = await textOf(beside);
  const parsed = text === null ? null : imageRecordSchema.safeParse(parseJson(text));
  if (parsed?.success !== true || parsed.data.boot === null) return null;
  const { kernel, initrd, arguments: kernelArguments } = parsed.data.boot;
  const boot = { kernel: join(dirname(file), kernel), initrd: join(dirname(file), initrd), arguments: kernelArguments };
  for (const needed of [boot.kernel, boot.initrd]) {
    await access(needed).catch(() => {
      throw new LabError({ kind: 'image', summary: `${file} starts with ${needed}, which is missing`, hint: `it belongs beside the image, as ${beside} says` });
    });
  }
  return boot;
}
