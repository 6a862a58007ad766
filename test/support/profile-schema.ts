import { clouds } from '../../src/clouds/registry.ts';
import { profileSchemaOf } from '../../src/core/profile.ts';

export const profileClouds = await clouds.forProfiles();

/** A profile on any registered cloud. */
export const profileSchema = profileSchemaOf(profileClouds);
