import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { CloudError } from '../../engine/cloud-error.ts';
import { computeCall } from '../model/calls.ts';
import { insertInstance } from '../model/instance-insert.ts';
import { deleteInstance } from '../model/instance-life.ts';
import { lastName, zonalId } from '../model/names.ts';
import { change, readResource, timeoutMs } from './compute-client.ts';
import { providerError } from './errors.ts';
import { instanceBody } from './instance-body.ts';
import { computedInstanceBlocks, instanceDefaults, planInstance } from './instance-plan.ts';
import { instanceAttributes } from './instance-state.ts';
import { updateInstance } from './instance-update.ts';
import type { Settings } from './provider-settings.ts';
import { ignoreMissing } from './resource-kit.ts';
import { refresh, settleAttributes } from './settle.ts';
import { bool as flagOf, text as textOf } from '../../../plugin/attributes.ts';
import { blockOf } from './values.ts';

const read = (id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> =>
  readResource(context, computeCall(context.caller, 'instances', 'get', id), 'instance', id, (tx, instance) => instanceAttributes(tx, instance, prior)).catch((error: unknown) => {
    throw error instanceof CloudError ? providerError(`Error when reading or editing Instance "${lastName(id)}": googleapi: Error ${error.status}: ${error.message}, ${error.code}`, error) : error;
  });

/** `google_compute_instance`. */
export function instanceResource(settings: Settings): ResourceBehaviour {
  return {
    type: 'google_compute_instance',
    defaults: instanceDefaults,
    computedBlocks: computedInstanceBlocks,
    replacedBy: ['metadata_startup_script'],
    plan: (planning, context) => planInstance(settings, planning, context),
    async create(planned, context) {
      const [project, zone] = [settings.project(planned, context), settings.zone(planned, context)];
      const name = textOf(planned, 'name') ?? '';
      const id = zonalId(project, zone, 'instances', name);
      const params = { name, machineType: textOf(planned, 'machine_type') ?? '', ...imageParam(planned) };
      await change(context, computeCall(context.caller, 'instances', 'insert', id, params), (tx) => insertInstance(tx, project, zone, instanceBody(tx, planned, { project, zone })), {
        // After any failure of the wait the provider forgets the id: the machine may exist, and the state is empty.
        wording: { creating: 'Error creating instance', waiting: 'Error waiting for instance to create' },
        request: { method: 'Post', path: `projects/${project}/zones/${zone}/instances` },
        timeoutMs: timeoutMs(planned, 'create'),
      });
      const actual = await read(id, planned, context);
      if (actual === null) throw providerError(`Error waiting for instance to create: The resource '${id}' was not found`);
      return settleAttributes(planned, { ...actual, id });
    },
    async read(prior, context) {
      const actual = await read(textOf(prior, 'id') ?? '', prior, context);
      return actual === null ? null : refresh(prior, actual);
    },
    async update(prior, planned, context) {
      const id = textOf(prior, 'id') ?? '';
      await updateInstance(context, prior, planned);
      return settleAttributes(planned, (await read(id, planned, context)) ?? {});
    },
    async delete(prior, context) {
      const id = textOf(prior, 'id') ?? '';
      if (flagOf(prior, 'deletion_protection') === true) {
        throw providerError(
          `Cannot delete instance ${lastName(id)}: instance Deletion Protection is enabled. Set deletion_protection to false for this resource and run "terraform apply" before attempting to delete it.`,
        );
      }
      await change(context, computeCall(context.caller, 'instances', 'delete', id), (tx) => deleteInstance(tx, id), {
        wording: { creating: 'Error deleting instance', waiting: 'Error waiting for instance to delete' },
        request: { method: 'Delete', path: id },
        timeoutMs: timeoutMs(prior, 'delete'),
      }).catch(ignoreMissing);
    },
    import: (given, context) => Promise.resolve({ id: importedId(settings, given, context) }),
  };
}

/** For the journal, and for a refusal that names the image. */
function imageParam(planned: Attributes): { readonly image?: string } {
  const image = textOf(blockOf(blockOf(planned, 'boot_disk') ?? {}, 'initialize_params') ?? {}, 'image');
  return image === null ? {} : { image };
}

/** `projects/p/zones/z/instances/n`, `p/z/n` or `n`. */
function importedId(settings: Settings, given: string, context: ProviderContext): string {
  if (given.startsWith('projects/')) return given;
  const [project, zone, name] = given.split('/');
  if (project !== undefined && zone !== undefined && name !== undefined) return zonalId(project, zone, 'instances', name);
  return zonalId(settings.project({}, context), settings.zone({}, context), 'instances', given);
}
