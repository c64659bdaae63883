import { createFakeServer } from 'everwire/testing';

export const server = createFakeServer();
globalThis.server = server;
