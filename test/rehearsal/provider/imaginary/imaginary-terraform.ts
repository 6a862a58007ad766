import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type MirroredProvider, type MirroredTerraform, mirroredTerraform } from '../../../support/terraform/mirrored-terraform.ts';
import type { ImaginaryCloud } from './imaginary-provider.ts';

/** The imaginary provider, which keeps its cloud in a file. */
export const imaginary: MirroredProvider = {
  name: 'imaginary',
  source: 'labtui/imaginary',
  version: '1.0.0',
  program: join(import.meta.dirname, 'serve-imaginary.ts'),
};

/** The real terraform in a directory of its own, with the imaginary provider in a mirror. */
export interface ImaginaryTerraform extends MirroredTerraform {
  readonly cloud: () => ImaginaryCloud;
  readonly setCloud: (change: Partial<ImaginaryCloud>) => void;
}

export function imaginaryTerraform(bundle: string): ImaginaryTerraform {
  const fileIn = (home: string): string => join(home, 'cloud.json');
  const terraform = mirroredTerraform(imaginary, bundle, (home) => [resolve(import.meta.dirname, 'schema.json'), fileIn(home)]);
  const cloudFile = fileIn(terraform.home);
  writeFileSync(cloudFile, '{"made":0,"things":{}}');
  const cloud = (): ImaginaryCloud => JSON.parse(readFileSync(cloudFile, 'utf8')) as ImaginaryCloud;
  return {
    ...terraform,
    write: (configuration) =>
      terraform.write(typeof configuration === 'string' ? configuration : { terraform: { required_providers: { imaginary: { source: 'labtui/imaginary', version: '~> 1.0' } } }, ...configuration }),
    cloud,
    setCloud: (change) => writeFileSync(cloudFile, JSON.stringify({ ...cloud(), ...change })),
  };
}
