/** The entry `everwire/tanstack-query`: live queries in TanStack Query's own cache. */
export type { LivePosition } from '../src/service/live/position.ts';
export type { LiveReducers } from '../src/service/live/reducers.ts';
export {
  type LiveQueryOptions,
  liveQueryOptions,
} from './live-query-options.ts';
export { type LiveStatus, liveStatus } from './live-status.ts';
