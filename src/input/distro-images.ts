import type { Arch } from '../core/clouds.ts';
import type { DistroImage } from '../core/distro.ts';
import { loginUser } from '../core/login-user.ts';
import type { DistroFile, ImageCloud, VersionEntry } from './distro-file.ts';
import type { EntryDetails } from './image-entry.ts';
import { type EntryForm, entryForms, type ReadEntry } from './image-forms.ts';

/** The images of one version on these clouds: its own entries over what the file says for every version. */
export function imagesOf(clouds: readonly ImageCloud[], file: DistroFile, version: VersionEntry): readonly DistroImage[] {
  return clouds.flatMap((cloud) => {
    const form = entryForms[cloud.images.form];
    const at = cloud.images.entriesOf ?? cloud.id;
    const own = version.images[at];
    if (own === undefined) return [];
    const entry = form.read(merged(form, file.common[at], own));
    // Where a cloud has no arm64 machines, an entry means amd64 unless it says more.
    const arches = entry.details.arch ?? (cloud.capabilities.arm64 ? (['amd64', 'arm64'] as const) : (['amd64'] as const));
    return arches.map((arch) => imageOf(cloud, arch, entry, file, version));
  });
}

/** Field by field, the version's own over the file's common one, also within `amd64` and `arm64`. */
function merged(form: EntryForm, common: unknown, own: unknown): Readonly<Record<string, unknown>> {
  const [ofFile, ofVersion] = [common === undefined ? {} : form.fieldsOf(common), form.fieldsOf(own)];
  const within = (arch: Arch): object => ({ ...detailsIn(ofFile, arch), ...detailsIn(ofVersion, arch) });
  return { ...ofFile, ...ofVersion, amd64: within('amd64'), arm64: within('arm64') };
}

function detailsIn(fields: Readonly<Record<string, unknown>>, arch: Arch): object {
  const value = fields[arch];
  return typeof value === 'object' && value !== null ? value : {};
}

function imageOf({ id: cloud, images }: ImageCloud, arch: Arch, entry: ReadEntry, file: DistroFile, version: VersionEntry): DistroImage {
  const { details } = entry;
  const own: EntryDetails = { ...details, ...details[arch] };
  const status = own.status ?? 'available';
  return {
    cloud,
    arch,
    status,
    query: status === 'none' || status === 'bring' ? null : entry.queryFor(arch),
    user: own.user ?? loginUser(images.login, version.user ?? file.user),
    init: own.init ?? file.init,
    sourceDate: own.sourceDate ?? file.sourceDate,
    confidence: own.confidence ?? 'high',
    notes: own.notes,
  };
}
