import { invalidInput } from '../../core/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value; null where it is not set, or empty. */
export function valueOf(env: Environment, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}

/** Where one of Azure's clouds answers. */
export interface Endpoints {
  readonly signIn: string;
  readonly resourceManager: string;
  /** Not one of Microsoft's own clouds: Microsoft's sign-in is not asked whether it knows this one's. @default false */
  readonly isOwn?: boolean;
}

const publicCloud: Endpoints = { signIn: 'https://login.microsoftonline.com', resourceManager: 'https://management.azure.com' };

/** By the names that the provider's `environment` takes. */
const clouds: Readonly<Record<string, Endpoints>> = {
  public: publicCloud,
  usgovernment: { signIn: 'https://login.microsoftonline.us', resourceManager: 'https://management.usgovcloudapi.net' },
  china: { signIn: 'https://login.chinacloudapi.cn', resourceManager: 'https://management.chinacloudapi.cn' },
};

/** Of the cloud that ARM_ENVIRONMENT names, as the provider reads it. Throws invalid-input for a name that is none. */
export function endpointsOf(env: Environment): Endpoints {
  const name = valueOf(env, 'ARM_ENVIRONMENT');
  if (name === null) return publicCloud;
  const found = clouds[name.toLowerCase()];
  if (found === undefined) throw invalidInput(`ARM_ENVIRONMENT: there is no cloud "${name}" of Azure's`, `known: ${Object.keys(clouds).join(', ')}`);
  return found;
}
