/** The entry `everwire/mattermost`: the protocol of a Mattermost server, and the types of its events. */
// With a star: TypeScript merges `declare module 'everwire/mattermost'` only into types that are exported with a star.
export type * from './events.ts';
export { createMattermostProtocol, type MattermostProtocolOptions, mattermostProtocol } from './protocol.ts';
