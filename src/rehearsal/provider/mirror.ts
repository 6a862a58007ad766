import { hashOfPackage, launchedProgram, type MirroredPackage, writeMirror } from '../../plugin/mirror.ts';

/** A provider that is stood in for. */
export interface SimulatedProvider {
  /** `aws`: as in `hashicorp/aws`. */
  readonly name: string;
  /** Of its schema file. */
  readonly version: string;
}

const packageOf = ({ name, version }: SimulatedProvider): MirroredPackage => ({
  namespace: 'hashicorp',
  name,
  version,
  // The file name that the real package has.
  fileName: `terraform-provider-${name}_v${version}_x5`,
  program: launchedProgram({
    about: `labtui's simulated provider hashicorp/${name} ${version}. This is not HashiCorp's provider: it reaches no cloud.`,
    gone: `The simulated provider ${name} is not in a labtui rehearsal any more: $launch is missing. Run labtui with --rehearse again.`,
    call: `provider ${name}`,
  }),
});

/** The package's hash as `.terraform.lock.hcl` has it: it tells a simulated provider from a real one, on any platform. */
export function packageHash(provider: SimulatedProvider): string {
  return hashOfPackage(packageOf(provider));
}

/** Writes the simulated providers: the directory `providers` of a world, which has `launch` beside it. */
export async function writeProviderMirror(root: string, providers: readonly SimulatedProvider[]): Promise<void> {
  await writeMirror(root, providers.map(packageOf));
}
