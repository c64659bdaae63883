'use client';
/** What can be imported from `everwire/devtools`? The panel, and the way to Redux DevTools. */
export { connectReduxDevtools, type ReduxDevtoolsOptions } from './redux-devtools.ts';
export { WebSocketDevtools, type WebSocketDevtoolsProps } from './websocket-devtools.tsx';
