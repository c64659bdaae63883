/**
 * `installGlobal` beside a browser's own WebSocket: the fake answers at its own address, all others are really reached.
 */

import { createFakeServer } from 'everwire/testing';
import { expect, inject, it } from 'vitest';

it('sockets to a real server still connect while the fake is installed globally', async () => {
  const Own = WebSocket;
  const own = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  const fake = createFakeServer();
  const uninstall = fake.installGlobal();
  expect(WebSocket).not.toBe(Own);

  const real = new WebSocket(`${inject('wsServerUrl')}/ws`);
  const echo = new Promise<MessageEvent>((resolve) => real.addEventListener('message', resolve));
  real.addEventListener('open', () => real.send('heard'));
  expect((await echo).data).toBe('heard');
  real.close();

  const faked = new WebSocket(fake.url);
  expect((await fake.connected()).url).toBe(fake.url);
  faked.close();

  uninstall();
  expect(Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')).toEqual(own);
  fake.dispose();
});
