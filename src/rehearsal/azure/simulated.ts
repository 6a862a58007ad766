import type { SimulatedCloud } from '../simulated-cloud.ts';
import { azureToolEnvironment } from './face/tool-environment.ts';
import { azureModel } from './model/azure-model.ts';

export const simulatedAzure: SimulatedCloud = {
  id: 'azure',
  model: azureModel,
  offer: {
    zonesOf: () => ['1', '2', '3'],
    rootDiskGb: { usual: 30, large: 64 },
  },
  loadFace: async () => (await import('./face/azure-face.ts')).azureFace,
  provider: {
    name: 'azurerm',
    version: '5.2.0',
    loadSchema: async () => (await import('../schemas/azurerm.json', { with: { type: 'json' } })).default,
    load: async () => (await import('./terraform/azurerm-provider.ts')).azurermProvider,
  },
  toolEnvironment: ({ https, bundleFile }) => azureToolEnvironment({ httpsOrigin: https, bundleFile }),
  demoRegion: 'swedencentral',
  dataSource: { name: 'azure', detail: 'DataSourceAzure [seed=/dev/sr0]' },
};
