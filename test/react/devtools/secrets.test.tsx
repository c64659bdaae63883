/** The token and the session's id do not appear in the devtools: not on the page, in the clipboard or in Redux. */

import { fireEvent } from '@testing-library/react';
import { createWebSocketService, WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import { beforeEach, expect, it } from 'vitest';
import { findSecrets } from '../../support/canary.ts';
import { setUpStage } from '../../support/stage.tsx';
import { installRedux } from './redux-extension.ts';
import { draw, drawn, look, watchClipboard } from './support.tsx';

const stage = setUpStage();

beforeEach(() => localStorage.clear());

const TOKEN = 'canary-token-"4711"/ü';

/** Texts with a secret, as a server might quote them. */
const quotes = [
  TOKEN,
  encodeURIComponent(TOKEN),
  JSON.stringify(TOKEN),
  btoa(encodeURIComponent(TOKEN)),
  TOKEN.repeat(3),
];

it('shows no secret, in any text of the server and the app', async () => {
  const written = watchClipboard('open');
  const redux = installRedux();
  const service = createWebSocketService();
  const { server } = stage;
  stage.mount(
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token={TOKEN}
      service={service}
      random={() => 0}
    >
      <WebSocketDevtools initiallyOpen reduxDevtools />
    </WebSocketProvider>,
  );
  await draw(stage);
  const ids: string[] = [];
  const shown: string[] = [];
  const note = () => shown.push(drawn().outerHTML);
  /** Reads each row, its payload, and all that can be copied. */
  const readEverything = async () => {
    await draw(stage);
    note();
    const list = look().getByRole('listbox');
    fireEvent.keyDown(list, { key: 'Home' });
    for (let row = 0; row < 30; row += 1) {
      await draw(stage);
      shown.push(look().getByRole('region', { name: /^Payload/ }).outerHTML);
      look().press('Copy all');
      fireEvent.keyDown(list, { key: 'ArrowDown' });
    }
    look().press('Close the payload');
    look().press('Copy JSON');
    await draw(stage);
  };
  const learnId = () => ids.push(service.store.getState().connectionId ?? 'none');

  learnId();
  for (const quote of quotes.slice(0, 3)) {
    server.emit(`name ${quote}`, {
      [quote]: [quote, { deep: { text: `it is ${quote}.`, long: 'x'.repeat(19_990) + quote } }],
      token: 'another-canary',
      connection_id: ids[0],
    });
    service.send('typing', { quote, id: ids[0] });
    service.event$('throw').subscribe(() => {
      throw new Error(`what is ${quote}?`);
    });
  }
  server.handle('add', () => {
    throw new Error(`not ${TOKEN}`);
  });
  service.request('add', { token: TOKEN }).catch(() => undefined);
  server.emit('throw', {});
  await readEverything();
  look().press('Clear');

  server.close(4000, `bad ${TOKEN} ${ids[0]}`.slice(0, 100));
  await draw(stage, 5_000);
  note();
  server.restart();
  await draw(stage, 5_000);
  learnId();
  await readEverything();

  const secrets = [TOKEN, 'another-canary', ...ids];
  expect(ids.every((id) => id.length >= 8)).toBe(true);
  expect(written.length).toBeGreaterThan(5);
  expect(redux.messages.length).toBeGreaterThan(5);
  expect(findSecrets(shown, secrets)).toEqual([]);
  expect(findSecrets(written, secrets)).toEqual([]);
  expect(findSecrets(redux.messages, secrets)).toEqual([]);
  // The search covered the right text: the words around the secrets are there.
  expect(shown.join()).toContain('it is [redacted].');
  expect(shown.join()).toContain('bad [redacted] [redacted]');
  await stage.pass();
});

it('shows no old session id either, even after many later sessions', async () => {
  const written = watchClipboard('open');
  const { server } = stage;
  const service = createWebSocketService();
  stage.mount(
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      service={service}
      reconnectAttempts={99}
      backoff={() => 100}
    >
      <WebSocketDevtools initiallyOpen />
    </WebSocketProvider>,
  );
  await draw(stage);
  const { connectionId } = service.store.getState();
  for (let session = 0; session < 12; session += 1) {
    server.restart();
    await stage.pass(1_000);
  }
  fireEvent.keyDown(look().getByRole('listbox'), { key: 'Home' });
  look().filter('hello');
  await draw(stage);
  fireEvent.keyDown(look().getByRole('listbox'), { key: 'Home' });
  await draw(stage);
  expect(look().payload()).toContain('"connection_id": "[redacted]"');
  look().press('Copy JSON');
  await draw(stage);
  expect(written[0]?.match(/"event": "hello"/g)).toHaveLength(13);
  expect(findSecrets([drawn().outerHTML, written], [connectionId ?? 'none'])).toEqual([]);
});
