/** The code in docs/services.md that tells the server something once for each link. */
import { expect, it } from 'vitest';
import { setUpStage, Wire } from '../../support/stage.tsx';
import { Room } from './presence.tsx';

const stage = setUpStage();

it('tells each session which room is shown, and beats on each link', async () => {
  const { server } = stage;
  stage.mount(
    <Wire to={server}>
      <Room id="lobby" key="lobby" />
    </Wire>,
  );
  const told = (): unknown[] =>
    server.received.filter(({ event }) => event !== 'ping').map(({ event, data }) => [event, data]);
  const enter = ['enter', { room: 'lobby' }];
  const beat = ['still_here', { room: 'lobby' }];
  await stage.pass();
  expect(told()).toEqual([enter]);
  server.emit('news');
  await stage.pass(1_000);
  server.drop();
  server.emit('news');
  await stage.pass(4_000);
  expect(server.handshakes.at(-1)?.outcome).toBe('resumed');
  await stage.pass(60_000);
  expect(told()).toEqual([enter, beat]);
  server.restart();
  await stage.pass(5_000);
  expect(told()).toEqual([enter, beat, enter]);
});
