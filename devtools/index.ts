'use client';
/** Exports `everwire/devtools`: the panel, and the connection to Redux DevTools. */
export { connectReduxDevtools, type ReduxDevtoolsOptions } from './redux-devtools.ts';
export { WebSocketDevtools, type WebSocketDevtoolsProps } from './websocket-devtools.tsx';
