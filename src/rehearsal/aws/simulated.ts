import type { SimulatedCloud } from '../simulated-cloud.ts';
import { awsModel } from './model/aws-model.ts';

export const simulatedAws: SimulatedCloud = {
  id: 'aws',
  model: awsModel,
  offer: {
    zonesOf: (region) => ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
    rootDiskGb: { usual: 8, large: 10 },
  },
  loadFace: async () => (await import('./face/aws-face.ts')).awsFace,
  provider: {
    name: 'aws',
    version: '5.100.0',
    loadSchema: async () => (await import('../schemas/aws.json', { with: { type: 'json' } })).default,
    load: async () => (await import('./terraform/aws-provider.ts')).awsProvider,
  },
  toolEnvironment: ({ http }) => ({
    AWS_ENDPOINT_URL: http,
    AWS_ACCESS_KEY_ID: 'SIMULATED',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  }),
  demoRegion: 'eu-north-1',
  dataSource: { name: 'ec2', detail: 'DataSourceEc2Local' },
};
