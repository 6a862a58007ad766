import * as identity from '@azure/identity';

// A file of its own, to be loaded on demand: whatever the package's form, its names are the same in the bundle.
export { identity };
