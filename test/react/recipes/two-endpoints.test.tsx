/** The code of docs/services.md: two endpoints in one component. */
import { WebSocketProvider } from 'everwire';
import { expect, it } from 'vitest';
import { setUpStage, Wire } from '../../support/stage.tsx';
import { Room } from './room.tsx';
import { chat, Page, prices } from './two-endpoints.tsx';

const stage = setUpStage();

it('shows both endpoints in one component, and sends to one of them', async () => {
  const [chatServer, priceServer] = ['ws://chat.test/ws', 'ws://prices.test/ws'].map((url) =>
    stage.addServer({ url }),
  );
  if (!chatServer || !priceServer) throw new Error('No servers.');
  const { container } = stage.mount(
    <Wire to={chatServer} service={chat as never}>
      <WebSocketProvider url={priceServer.url} WebSocket={priceServer.WebSocket} service={prices}>
        <Page />
      </WebSocketProvider>
    </Wire>,
  );
  await stage.pass();
  chatServer.emit('posted', { id: 'a', text: 'hi' });
  priceServer.emit('price', { bid: 42 });
  await stage.frame();
  expect(container.textContent).toBe('42hiSay hello');
  container.querySelector('button')?.click();
  await stage.pass();
  expect(chatServer.received).toMatchObject([{ event: 'say', data: { text: 'hello' } }]);
  expect(priceServer.received).toEqual([]);
});

it('listens to nothing before a room is selected', async () => {
  const tree = (id: string | undefined) => (
    <Wire to={stage.server}>
      <Room id={id} />
    </Wire>
  );
  const page = stage.mount(tree(undefined));
  await stage.pass();
  stage.server.emit('room:7', 'early');
  await stage.frame();
  expect(page.container.textContent).toBe('No room is selected.');
  page.rerender(tree('7'));
  stage.server.emit('room:7', 'hello');
  await stage.frame();
  expect(page.container.textContent).toBe('hello');
});
