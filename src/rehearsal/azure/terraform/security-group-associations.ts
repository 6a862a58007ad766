import type { JsonObject } from '../../engine/json.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { parseArmId, sameId } from '../model/arm-id.ts';
import { objectAt, present, textAt } from '../model/fields.ts';
import { rulesFor } from '../model/resources.ts';
import { importNeeded, readDocument, update } from './arm.ts';
import { failed, problem } from './failures.ts';
import { labelOf } from './ids.ts';
import { text } from '../../../plugin/attributes.ts';
import { required, settled } from './values.ts';

/** What a security group is bound to. */
interface Holder {
  readonly type: string;
  /** The attribute with its id. */
  readonly attribute: string;
  readonly title: string;
  readonly fields: readonly string[];
  readonly armType: string;
  /** The association's id of its two ends. */
  idOf(holder: string, group: string): string;
}

function withGroup(document: JsonObject, group: string | null): JsonObject {
  return { ...document, properties: present({ ...objectAt(document, 'properties'), networkSecurityGroup: group === null ? undefined : { id: group } }) };
}

function association(of: Holder): ResourceBehaviour {
  const label = (id: string): string => labelOf(of.title, id, of.fields);
  const groupOf = (document: JsonObject): string | null => textAt(document, 'properties', 'networkSecurityGroup', 'id');
  const state = async (before: Attributes, context: ProviderContext): Promise<Attributes | null> => {
    const holder = required(before, of.attribute);
    try {
      const document = await readDocument(context, holder);
      const group = document === null ? null : groupOf(document);
      if (group === null) return null;
      // An interface's association has the group in its id: another group is another association.
      if (of.attribute === 'network_interface_id' && !sameId(group, text(before, 'network_security_group_id'))) return null;
      return { ...settled(before), id: of.idOf(holder, group), [of.attribute]: holder, network_security_group_id: group };
    } catch (error) {
      throw failed(error, `retrieving ${label(holder)}`, { method: null, url: holder });
    }
  };
  return {
    type: of.type,
    import(id) {
      const [holder = '', group] = id.split('|');
      const parsed = parseArmId(holder);
      if (parsed === null || `${parsed.namespace ?? ''}/${parsed.type}`.toLowerCase() !== of.armType.toLowerCase()) return Promise.reject(problem(`parsing ${JSON.stringify(id)}: the ID did not match the expected format of a ${of.title}`));
      return Promise.resolve({ id, [of.attribute]: holder, network_security_group_id: group ?? null });
    },
    async create(planned, context) {
      const holder = required(planned, of.attribute);
      const group = required(planned, 'network_security_group_id');
      const now = await readDocument(context, holder).catch((error: unknown) => {
        throw failed(error, `retrieving ${label(holder)}`, { method: null, url: holder });
      });
      if (now === null) throw new ProviderError({ severity: 'error', summary: `${label(holder)} was not found!` });
      if (groupOf(now) !== null) throw importNeeded(of.type, of.idOf(holder, group));
      await update(context, `updating Network Security Group Association for ${label(holder)}`, holder, (tx, document) => rulesFor(holder).put(tx, holder, withGroup(document, group)));
      const made = await state(planned, context);
      if (made === null) throw problem(`retrieving ${label(holder)}: the association is gone`);
      return made;
    },
    read: state,
    async delete(prior, context) {
      const holder = required(prior, of.attribute);
      const there = await context.world.read((view) => rulesFor(holder).has(view, holder));
      if (!there) return;
      await update(context, `removing Network Security Group Association from ${label(holder)}`, holder, (tx, document) => rulesFor(holder).put(tx, holder, withGroup(document, null)));
    },
  };
}

export const subnetAssociation = association({
  type: 'azurerm_subnet_network_security_group_association',
  attribute: 'subnet_id',
  title: 'Subnet',
  fields: ['Virtual Network Name', 'Subnet Name'],
  armType: 'Microsoft.Network/virtualNetworks/subnets',
  idOf: (holder) => holder,
});

export const interfaceAssociation = association({
  type: 'azurerm_network_interface_security_group_association',
  attribute: 'network_interface_id',
  title: 'Network Interface',
  fields: ['Network Interface Name'],
  armType: 'Microsoft.Network/networkInterfaces',
  idOf: (holder, group) => `${holder}|${group}`,
});
