/** The code of docs/services.md: two endpoints in one component, and a room that is not selected yet. */
import { expect, it, onTestFinished } from 'vitest';
import { setUpStage, Wire } from '../../support/stage.tsx';
import { Room } from './room.tsx';
import { App } from './two-endpoints.tsx';

const stage = setUpStage();

it('shows both endpoints in one component, and sends to one of them', async () => {
  const chat = stage.addServer({ url: 'wss://chat.example.com/ws' });
  const prices = stage.addServer({ url: 'wss://prices.example.com/ws' });
  for (const server of [chat, prices]) onTestFinished(server.installGlobal());
  const { container } = stage.mount(<App />);
  await stage.pass();
  chat.emit('posted', { id: 'a', text: 'hi' });
  prices.emit('price', { bid: 42 });
  await stage.frame();
  expect(container.textContent).toBe('42hiSay hello');
  container.querySelector('button')?.click();
  await stage.pass();
  expect(chat.received).toMatchObject([{ event: 'say', data: { text: 'hello' } }]);
  expect(prices.received).toEqual([]);
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
