export { withLimit } from '../core/with-limit.ts';
