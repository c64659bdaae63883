/** The entry `everwire/tanstack-query`: live queries in TanStack Query's own cache. */
export type { LivePosition } from '../src/service/live/position.ts';
export {
  type LiveQueryOptions,
  type LiveReducers,
  liveQueryOptions,
} from './live-query-options.ts';
export { type LiveStatus, liveStatus } from './live-status.ts';
