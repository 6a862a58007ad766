import { objectAt, textAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { armResource } from './arm-resource.ts';
import { sshKey } from './validation.ts';
import { required, tags, tagsFrom } from './values.ts';

export const sshPublicKey = armResource({
  type: 'azurerm_ssh_public_key',
  armType: 'Microsoft.Compute/sshPublicKeys',
  title: 'Ssh Public Key',
  fields: ['Ssh Public Key Name'],
  validate: (config) => sshKey(config, 'public_key'),
  body: (planned) => ({ location: normalLocation(required(planned, 'location')), tags: tags(planned), properties: { publicKey: required(planned, 'public_key') } }),
  state: (document, before) => ({
    location: normalLocation(textAt(document, 'location') ?? ''),
    public_key: textAt(document, 'properties', 'publicKey'),
    tags: tagsFrom(before, objectAt(document, 'tags')),
  }),
});
