/** What is there for a Mattermost server? Everything of `everwire/mattermost`. */
export { createMattermostProtocol, type MattermostProtocolOptions, mattermostProtocol } from './protocol.ts';
