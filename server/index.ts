/** `everwire/server`: numbered sessions for a Node server. */
export { type CheckResult, type CheckServerOptions, checkServer } from './conformance/check-server.ts';
export { createHub } from './hub.ts';
export { HubError } from './hub-error.ts';
export { eventLogContract, type LogCheck } from './log/contract.ts';
export { type MemoryLogOptions, memoryLog } from './log/memory-log.ts';
export type * from './types.ts';
