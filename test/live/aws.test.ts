import { join } from 'node:path';
import { liveLab } from './live-lab.ts';

liveLab({
  cloud: 'aws',
  title: 'AWS',
  distro: 'debian@12',
  cost: 'one t3a.medium, a 20 GB gp3 disk and a public address for some minutes: under 0.02 USD',
  variables: /^AWS_/,
  configuration: (home) => ({ AWS_CONFIG_FILE: join(home, '.aws/config'), AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials') }),
});
