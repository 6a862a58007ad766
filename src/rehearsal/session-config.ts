import { durableWrite } from '../platform/durable-write.ts';
import { providersDirectory } from './place.ts';

/** Writes the CLI configuration with which Terraform takes its providers from the simulated ones, and from nowhere else. */
export async function writeSessionConfig(file: string, world: string): Promise<void> {
  const text = [
    '# This session is a rehearsal: simulated clouds, no account. For Terraform by hand:',
    `#   TF_CLI_CONFIG_FILE=${file} terraform plan`,
    'provider_installation {',
    '  filesystem_mirror {',
    `    path = ${JSON.stringify(providersDirectory(world)).replaceAll('${', '$${')}`,
    '  }',
    '}',
    '',
  ].join('\n');
  await durableWrite(file, text);
}
