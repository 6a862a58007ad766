import * as auth from 'google-auth-library';

// A file of its own, to be loaded on demand: a dynamic import of the package itself, which is CommonJS, has no named exports in the bundle.
export { auth };
