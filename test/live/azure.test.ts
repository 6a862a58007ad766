import { join } from 'node:path';
import { liveLab } from './live-lab.ts';

liveLab({
  cloud: 'azure',
  title: 'Azure',
  distro: 'debian@12',
  cost: 'one Standard_B2als_v2, a 32 GB premium disk and a public address for some minutes: under 0.03 USD',
  // A service principal's, a pipeline's, or what leads to the Azure CLI's sign-in.
  variables: /^(?:ARM_|AZURE_|ACTIONS_ID_TOKEN_)/,
  configuration: (home) => ({ AZURE_CONFIG_DIR: join(home, '.azure') }),
});
