/** What is there for a Mattermost server? Everything of `everwire/mattermost`. */
// With a star, because only what is exported with one can be merged into (`declare module 'everwire/mattermost'`).
export type * from './events.ts';
export { createMattermostProtocol, type MattermostProtocolOptions, mattermostProtocol } from './protocol.ts';
