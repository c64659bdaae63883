/** The code of docs/channels.md. */
import { createWebSocketService } from 'everwire';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProbe, setUpStage, Wire } from '../../support/stage.tsx';
import { watchAudits } from './channels/audit.ts';
import { Room } from './channels/room.tsx';
import { App } from './channels/topics.tsx';
import { chat, useLastPost } from './channels/typed.ts';

const stage = setUpStage({ resume: 'never', positions: true });

describe('a room', () => {
  it('shows what was fetched and what is posted, and is right again after a lost session', async () => {
    const { server } = stage;
    const stored: { id: number; text: string }[] = [];
    const post = (text: string): void => {
      stored.push({ id: stored.length, text });
      server.publish('room:1', 'posted', stored.at(-1));
    };
    const fetchPosts = async () => [...stored];
    post('one');
    const { container } = stage.mount(
      <Wire to={server} reconnectDelay={100} reconnectJitter={0}>
        <Room name="room:1" fetchPosts={fetchPosts} />
      </Wire>,
    );
    await stage.pass();
    post('two');
    await stage.pass();
    await stage.frame();
    expect(container.textContent).toBe('onetwoSay hello');
    container.querySelector('button')?.click();
    await stage.pass();
    expect(server.received.at(-1)).toMatchObject({ event: 'say' });
    server.drop();
    await stage.pass(50);
    post('three');
    server.trim();
    await stage.pass(200);
    await stage.frame();
    expect(container.textContent).toBe('onetwothreeSay hello');
  });

  it('tells why it is refused, and tries again', async () => {
    const { server } = stage;
    server.handleJoin(() => false);
    const { container } = stage.mount(
      <Wire to={server}>
        <Room name="room:1" fetchPosts={async () => []} />
      </Wire>,
    );
    await stage.pass(100);
    expect(container.textContent).toContain('may not join');
    server.handleJoin(() => true);
    container.querySelector('button')?.click();
    await stage.pass(100);
    expect(container.textContent).toBe('Say hello');
  });
});

it('a server with words of its own is told with one message', async () => {
  const prices = stage.addServer({
    url: 'wss://prices.example.com/ws',
    handlers: { subscribe: () => null },
  });
  onTestFinished(prices.installGlobal());
  const { container } = stage.mount(<App />);
  await stage.pass(100);
  expect(prices.received).toMatchObject([{ event: 'subscribe', data: { topics: ['btc', 'eth'] } }]);
  prices.emit('price', { topic: 'btc', bid: 42 });
  await stage.frame();
  expect(container.textContent).toBe('btc: 42eth: joined');
});

it('a channel outside React is joined until it is left', async () => {
  const { server } = stage;
  for (const n of [1, 2, 3]) server.publish('audit', 'audited', `line ${n}`);
  const service = createWebSocketService();
  service.connect({ url: server.url, WebSocket: server.WebSocket });
  const lines: string[] = [];
  const stop = watchAudits(service, (line) => lines.push(line));
  await stage.pass();
  expect(lines).toEqual(['joining', 'line 2', 'line 3', 'joined']);
  stop();
  await stage.pass(1_100);
  expect(server.members('audit')).toEqual([]);
  service.dispose();
  await stage.pass();
});

it('a channel whose events are typed', async () => {
  const { server } = stage;
  const last = createProbe(() => useLastPost('7'));
  stage.mount(
    <Wire to={server} service={chat}>
      <last.Probe />
    </Wire>,
  );
  await stage.pass(100);
  server.publish('room:7', 'posted', { id: 1, text: 'hi' });
  await stage.frame();
  expect(last.last).toBe('hi');
});
