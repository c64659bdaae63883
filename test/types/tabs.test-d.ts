/** The types of sharing that the compiler accepts. */
import { type ConnectionState, type Share, useConnection, WebSocketProvider } from 'everwire';
import { mattermostProtocol } from 'everwire/mattermost';
import { type AcrossTabsOptions, acrossTabs } from 'everwire/tabs';
import { addProtocol } from 'everwire/tabs/worker';
import { createElement } from 'react';
import { describe, expectTypeOf, it } from 'vitest';

const url = 'wss://example.com/ws';

describe('share', () => {
  it('takes what acrossTabs returns', () => {
    createElement(WebSocketProvider, { url, share: acrossTabs() });
    const create = (): SharedWorker => new SharedWorker('/worker.js', { type: 'module' });
    createElement(WebSocketProvider, { url, token: 'one', share: acrossTabs({ worker: create }) });
    createElement(WebSocketProvider, { url, auth: 'cookie', identity: 'ann', share: acrossTabs() });
    expectTypeOf(acrossTabs()).toEqualTypeOf<Share>();
    expectTypeOf<AcrossTabsOptions['worker']>().toEqualTypeOf<(() => SharedWorker) | undefined>();
    // @ts-expect-error not a function
    createElement(WebSocketProvider, { url, share: true });
    // @ts-expect-error a worker is made when it is needed, and made anew
    acrossTabs({ worker: create() });
  });

  it('shows where the socket is', () => {
    expectTypeOf<ConnectionState['sharing']>().toEqualTypeOf<'off' | 'speaking' | 'listening' | 'worker'>();
    expectTypeOf(useConnection((state) => state.sharing)).toEqualTypeOf<ConnectionState['sharing']>();
  });

  it('takes a protocol into the worker', () => {
    addProtocol(mattermostProtocol);
    // @ts-expect-error no protocol
    addProtocol({ name: 'mine' });
  });
});
