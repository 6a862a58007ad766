import { synthesize as synthesizeAws } from '../../src/clouds/aws/stack.ts';
import { synthesize as synthesizeAzure } from '../../src/clouds/azure/stack.ts';
import { synthesize as synthesizeGcp } from '../../src/clouds/gcp/stack.ts';
import { stackInput as awsInput } from '../clouds/aws/stack-inputs.ts';
import { everyVariant as everyAwsVariant } from '../clouds/aws/stack-variants.ts';
import { stackInput as azureInput } from '../clouds/azure/stack-inputs.ts';
import { everyVariant as everyAzureVariant, variants as azureVariants } from '../clouds/azure/stack-variants.ts';
import { stackInput as gcpInput } from '../clouds/gcp/stack-inputs.ts';
import { everyVariant as everyGcpVariant, variants as gcpVariants } from '../clouds/gcp/stack-variants.ts';

type Profile = Readonly<Record<string, unknown>>;

/** A cloud whose real Terraform provider, where a mirror has it, is held against labtui's stacks and its simulated API. */
export interface RealCloud {
  readonly id: string;
  /** `google`: of hashicorp. */
  readonly provider: string;
  /** Every stack that labtui writes, by name, as cdk.tf.json. */
  readonly everyStack: () => readonly (readonly [name: string, text: string])[];
  /** Labs that are applied, changed and destroyed by the real provider on the simulated API. */
  readonly lives: Readonly<Record<string, Profile>>;
  /** What the simulated API cannot make for a provider, it only knows how labtui asks about it. */
  readonly without?: string;
}

export const realClouds: readonly RealCloud[] = [
  {
    id: 'aws',
    provider: 'aws',
    everyStack: () => everyAwsVariant().map(([name, change]) => [name, synthesizeAws(awsInput(change))]),
    lives: { 'two spot machines': { distro: 'ubuntu@24.04', count: 2, spot: { enabled: true } } },
    // The cloud's own deadline; aws-provider.e2e.test.ts makes it on an emulator.
    without: 'permission,operation=SimulatePrincipalPolicy',
  },
  {
    id: 'gcp',
    provider: 'google',
    everyStack: () => [...everyGcpVariant(), ...Object.entries(gcpVariants)].map(([name, change]) => [name, synthesizeGcp(gcpInput(change))]),
    lives: {
      'one machine with a deadline': { distro: 'ubuntu@24.04', tags: { team: 'Kernel & Co' } },
      'two spot machines without cloud-init': { distro: 'debian@12', count: 2, spot: { enabled: true }, ttl: null },
      'an Axion machine with provisioned iops': { distro: 'ubuntu@24.04', arch: 'arm64', instanceType: 'c4a-highcpu-2', disk: { sizeGb: 50, type: 'provisioned-iops', iops: 4000, throughput: 200 } },
      'a custom machine with a magnetic disk in the default network': { distro: 'rocky@9', instanceType: 'custom-2-4096', network: 'default', disk: { type: 'standard' } },
    },
  },
  {
    id: 'azure',
    provider: 'azurerm',
    everyStack: () => [...everyAzureVariant(), ...Object.entries(azureVariants)].map(([name, change]) => [name, synthesizeAzure(azureInput(change))]),
    lives: {
      'one machine with trusted launch': { distro: 'ubuntu@24.04', tags: { team: 'Kernel & Co' } },
      'two spot machines with a price': { distro: 'debian@12', count: 2, spot: { enabled: true, maxPrice: 0.03 } },
      'an image of a community gallery on a standard disk': { distro: 'fedora@44', disk: { sizeGb: 64, type: 'standard' } },
      'an image that is sold, with its plan': { distro: 'rocky@9' },
      'an arm64 machine': { distro: 'ubuntu@24.04', arch: 'arm64' },
    },
  },
];
