/** The components of docs/field-notes.md, each with the break that it is for. */
import { useConnectionStatus, useWsEvents } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import type { ReactNode } from 'react';
import { expect, it, onTestFinished } from 'vitest';
import { createProbe, setUpStage, Wire } from '../../../support/stage.tsx';
import { Freshness } from './fetch-again.tsx';
import { Watch } from './first-message.tsx';
import { Unread } from './first-request.tsx';
import { Join } from './join-again.tsx';
import * as later from './later.tsx';
import * as owned from './owned.tsx';
import * as pausing from './pausing.tsx';
import { Live as ServerBeat } from './server-beat.tsx';
import { steady } from './steady.ts';

const stage = setUpStage();

/** The server at the address of the page's components. */
function serverOfThePage(): FakeServer {
  const server = stage.addServer({ url: 'wss://example.com/ws' });
  onTestFinished(server.installGlobal());
  return server;
}

it('connects when there is a token, and not before', async () => {
  const server = serverOfThePage();
  const tree = (token: string | undefined): ReactNode => <later.Live token={token}>{null}</later.Live>;
  const page = stage.mount(tree(undefined));
  await stage.pass(60_000);
  expect(server.attempts).toBe(0);
  page.rerender(tree('tok-4711'));
  await stage.pass();
  expect(server.connections.map(({ token }) => token)).toEqual(['tok-4711']);
});

it('has after a pause of four minutes all that was sent in it', async () => {
  const server = serverOfThePage();
  const posts = createProbe(() => useWsEvents('posted').map(({ data }) => data));
  const missed: unknown[] = [];
  const tree = (isPaused: boolean): ReactNode => (
    <pausing.Live isPaused={isPaused}>
      <Freshness refetch={() => missed.push('notice or post')} />
      <posts.Probe />
    </pausing.Live>
  );
  const page = stage.mount(tree(false));
  await stage.pass();
  page.rerender(tree(true));
  await stage.pass();
  expect(server.connections).toEqual([]);
  server.emit('posted', 'in the pause');
  await stage.pass(4 * 60_000);
  page.rerender(tree(false));
  await stage.pass();
  expect(posts.last).toEqual(['in the pause']);
  expect(server.handshakes.map(({ outcome }) => outcome)).toEqual(['new-session', 'resumed']);
  // The post. A notice would be a second call.
  expect(missed).toHaveLength(1);
});

it('fetches again after events, and once after a break', async () => {
  let fetches = 0;
  stage.mount(
    <Wire to={stage.server}>
      <Freshness refetch={() => (fetches += 1)} />
    </Wire>,
  );
  await stage.pass();
  expect(fetches).toBe(0);
  stage.server.emit('posted', 1);
  await stage.pass();
  expect(fetches).toBe(1);
  stage.server.drop();
  await stage.pass(5_000);
  expect(fetches).toBe(1);
  stage.server.restart();
  await stage.pass(5_000);
  expect(fetches).toBe(2);
});

it('joins the room on each link, and fetches when the server has answered', async () => {
  const steps: unknown[] = [];
  const refetch = (): void => void steps.push('fetch');
  stage.server.handle('join', async (data) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.push(data);
  });
  const tree = (room: string): ReactNode => (
    <Wire to={stage.server}>
      <Join room={room} refetch={refetch} />
    </Wire>
  );
  const page = stage.mount(tree('a'));
  await stage.pass();
  expect(steps.splice(0)).toEqual([{ room: 'a' }, 'fetch']);
  stage.server.drop();
  await stage.pass(5_000);
  expect(steps.splice(0)).toEqual([{ room: 'a' }, 'fetch']);
  page.rerender(tree('b'));
  await stage.pass();
  expect(steps).toEqual([{ room: 'b' }, 'fetch']);
});

it('never gives up, and is back within half a minute of the server', async () => {
  const status = createProbe(() => useConnectionStatus());
  stage.mount(
    <Wire to={stage.server} {...steady}>
      <status.Probe />
    </Wire>,
  );
  await stage.pass();
  stage.server.refuse();
  stage.server.drop();
  await stage.pass(3_600_000);
  expect(status.last).toBe('reconnecting');
  stage.server.refuse(false);
  await stage.pass(30_000);
  expect(status.last).toBe('connected');
});

it('comes back after a restart within its spread, and fetches within the jitter', async () => {
  let fetches = 0;
  stage.mount(
    <Wire to={stage.server} random={() => 0.999} {...steady}>
      <Freshness refetch={() => (fetches += 1)} />
    </Wire>,
  );
  await stage.pass(6_000);
  stage.server.close(1012);
  await stage.pass();
  stage.server.restart();
  await stage.pass(12_800);
  expect(stage.server.connections).toHaveLength(0);
  await stage.pass(200);
  expect(stage.server.connections).toHaveLength(1);
  await stage.pass(4_800);
  expect(fetches).toBe(0);
  await stage.pass(300);
  expect(fetches).toBe(1);
});

it('sends no ping, and replaces a link on which the beat of the server has stopped', async () => {
  const server = serverOfThePage();
  stage.mount(<ServerBeat>{null}</ServerBeat>);
  await stage.pass();
  for (let beat = 0; beat < 20; beat += 1) {
    server.sendRaw('ping');
    await stage.pass(3_000);
  }
  expect(server.attempts).toBe(1);
  await stage.pass(12_000);
  expect(server.attempts).toBe(2);
  expect(server.received).toEqual([]);
});

it('sends what a first effect sent, once there is a link', async () => {
  stage.server.refuse(1);
  stage.mount(
    <Wire to={stage.server} sendQueue={{ ttl: 30_000 }}>
      <Watch filter="news" />
    </Wire>,
  );
  await stage.pass();
  expect(stage.server.received).toEqual([]);
  await stage.pass(3_500);
  expect(stage.server.received).toMatchObject([{ event: 'watch', data: { filter: 'news' } }]);
});

it('answers the request of a first effect', async () => {
  stage.server.handle('unread', () => 7);
  stage.server.refuse(1);
  const { container } = stage.mount(
    <Wire to={stage.server}>
      <Unread />
    </Wire>,
  );
  await stage.pass();
  expect(container.textContent).toBe('Loading');
  await stage.pass(3_500);
  expect(container.textContent).toBe('7');
});

it('keeps the connection of the app when a route that uses it leaves', async () => {
  const server = serverOfThePage();
  const status = createProbe(() => useConnectionStatus());
  owned.start();
  onTestFinished(() => owned.service.disconnect());
  await stage.pass();
  const page = stage.mount(
    <owned.Route>
      <status.Probe />
    </owned.Route>,
  );
  expect(status.last).toBe('connected');
  page.rerender(null);
  await stage.pass(60_000);
  expect(server.socketsConstructed).toBe(1);
  expect(server.socketCount).toBe(1);
  owned.service.disconnect();
  await stage.pass();
});
