import type { CloudId } from '../core/clouds.ts';
import type { CloudOffer } from './engine/build-catalogue.ts';
import type { CloudModel } from './engine/world.ts';
import type { Face } from './face/face.ts';
import type { ProviderBehaviour } from './provider/behaviour.ts';
import type { SimulatedProvider } from './provider/mirror.ts';

/** A provider of Terraform's that is stood in for; both parts load on demand. */
export interface ServedProvider extends SimulatedProvider {
  readonly loadSchema: () => Promise<unknown>;
  readonly load: () => Promise<ProviderBehaviour>;
}

/** Where the simulated APIs listen. */
export interface FaceOrigins {
  /** `http://127.0.0.1:4580` */
  readonly http: string;
  readonly https: string;
  /** PEM: whom to trust so that `https` is trusted. */
  readonly bundleFile: string;
}

/** A cloud as a rehearsal stands in for it. */
export interface SimulatedCloud {
  readonly id: CloudId;
  readonly model: CloudModel;
  readonly offer: CloudOffer;
  readonly loadFace: () => Promise<Face>;
  readonly provider: ServedProvider;
  /** What the cloud's own tools, and its real Terraform provider, take to talk to the simulated one. */
  toolEnvironment(origins: FaceOrigins): Readonly<Record<string, string>>;
  /** Where a demo goes, so that nothing has to be measured or asked. */
  readonly demoRegion: string;
  /** cloud-init's datasource on its machines, as `cloud-init status` names it (cloud-init's sources/). */
  readonly dataSource: { readonly name: string; readonly detail: string };
}
