/** The open panel stays bounded and keeps its place in a flood of events, in a browser that lays out and paints. */

import { fireEvent, render, waitFor, within } from '@testing-library/react';
import { joinChannel, useWebSocketService, WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import { createFakeServer } from 'everwire/testing';
import { type ReactNode, useEffect } from 'react';
import { expect, it, onTestFinished } from 'vitest';

/** A page with the open panel, connected, in real time. */
async function open(limit: number, page: ReactNode = null) {
  localStorage.clear();
  const server = createFakeServer();
  onTestFinished(() => server.dispose());
  const { unmount } = render(
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket}>
      {page}
      <WebSocketDevtools initiallyOpen limit={limit} />
    </WebSocketProvider>,
  );
  onTestFinished(unmount);
  const root = await waitFor(() => {
    const found = document.querySelector('[data-everwire-devtools]')?.shadowRoot?.querySelector('.root');
    if (!(found instanceof HTMLElement)) throw new Error('not yet');
    return found;
  });
  await server.connected();
  const panel = within(root);
  const list = panel.getByRole('listbox');
  const rows = () => within(list).queryAllByRole('option');
  const emit = (from: number, to: number) => {
    for (let n = from; n <= to; n += 1) server.emit('tick', { n });
  };
  return { server, root, panel, list, rows, emit };
}

it('counts 10,000 events at once and draws a few dozen rows, with the newest in view', async () => {
  const { panel, list, rows, emit } = await open(1_000);
  emit(1, 10_000);
  await panel.findByText('10,001');
  await panel.findByText('1,000 rows');
  expect(rows().length).toBeGreaterThan(5);
  expect(rows().length).toBeLessThanOrEqual(100);
  // The list gets its height a frame after the names above it.
  await waitFor(() => {
    const last = rows().at(-1);
    expect(last?.textContent).toContain('{"n":10000}');
    const box = list.getBoundingClientRect();
    const line = last?.getBoundingClientRect();
    expect(line?.bottom).toBeLessThanOrEqual(box.bottom + 1);
    expect(line?.top).toBeGreaterThanOrEqual(box.top);
  });
});

it('keeps the rows in view while scrolled up, and follows new rows at the end', async () => {
  const { panel, list, rows, emit } = await open(1_000);
  emit(1, 300);
  await panel.findByText('301');
  await waitFor(() => expect(list.scrollTop).toBeGreaterThan(1_000));
  list.scrollTop = 1_200;
  await waitFor(() => expect(rows()[0]?.textContent).toContain('"n":3'));
  const inView = () => {
    const { top } = list.getBoundingClientRect();
    return rows().find((row) => row.getBoundingClientRect().top >= top)?.textContent;
  };
  const before = inView();
  emit(301, 900);
  await panel.findByText('901');
  expect(inView()).toBe(before);
  // The ring is full now, and drops the oldest rows: the visible ones stay where they are.
  emit(901, 1_020);
  await panel.findByText('1,021');
  await waitFor(() => expect(inView()).toBe(before));
  list.scrollTop = list.scrollHeight;
  await waitFor(() => expect(rows().at(-1)?.textContent).toContain('{"n":1020}'));
  emit(1_021, 1_100);
  await waitFor(() => expect(rows().at(-1)?.textContent).toContain('{"n":1100}'));
});

it('lists 10,000 channels in a few dozen lines, which scroll to the last one and are found by name', async () => {
  const { server, panel } = await open(1_000, <ManyChannels />);
  const button = await panel.findByRole('button', { name: /^Channels/ });
  fireEvent.click(button);
  await panel.findByText('10,000 joined');
  const list = panel.getByRole('listbox', { name: /^Channels/ });
  const lines = () => within(list).getAllByRole('option');
  expect(lines().length).toBeLessThanOrEqual(60);
  list.scrollTop = list.scrollHeight;
  await waitFor(() => expect(lines().at(-1)?.textContent).toContain('quote:9999'));
  expect(lines().length).toBeLessThanOrEqual(60);
  const box = list.getBoundingClientRect();
  expect(lines().at(-1)?.getBoundingClientRect().bottom).toBeLessThanOrEqual(box.bottom + 1);
  for (let n = 0; n < 5_000; n += 1) server.publish(`quote:${n}`, 'quote', { n });
  fireEvent.change(panel.getByRole('searchbox', { name: 'Find a channel' }), {
    target: { value: 'QUOTE:4711' },
  });
  await waitFor(() =>
    expect(lines().map((line) => line.textContent)).toEqual([expect.stringMatching(/^quote:47111/)]),
  );
  fireEvent.click(lines()[0] as HTMLElement);
  await panel.findByRole('button', { name: 'Channel quote:4711 ✕' });
  await panel.findByText('Joined. Held by 1 component. 1 event.');

  // The line above the list goes, so the list grows, in the same commit in which it gets its rows back.
  fireEvent.click(panel.getByRole('button', { name: 'Channel quote:4711 ✕' }));
  const messages = panel.getByRole('listbox', { name: 'Messages' });
  await waitFor(() => expect(messages.scrollTop).toBeGreaterThan(10_000));
  server.publish('quote:1', 'quote', { n: 'the newest' });
  await waitFor(() =>
    expect(within(messages).getAllByRole('option').at(-1)?.textContent).toContain('the newest'),
  );
  expect(panel.queryByRole('button', { name: 'Newest ↓' })).toBeNull();
});

function ManyChannels(): ReactNode {
  const service = useWebSocketService();
  useEffect(() => {
    const joined = Array.from({ length: 10_000 }, (_, n) => joinChannel(service, `quote:${n}`));
    return () => {
      for (const one of joined) one.leave();
    };
  }, [service]);
  return null;
}

it('isolates its styles from those of the app, in both directions', async () => {
  const foreign = document.createElement('style');
  foreign.textContent = 'div { display: none !important } button { font-size: 40px; color: red }';
  const mine = document.createElement('button');
  const { panel, root } = await open(10);
  const before = getComputedStyle(mine).borderRadius;
  document.body.append(mine);
  const { fontSize } = getComputedStyle(panel.getByRole('button', { name: 'Pause' }));
  document.head.append(foreign);
  onTestFinished(() => {
    foreign.remove();
    mine.remove();
  });
  expect(getComputedStyle(panel.getByRole('button', { name: 'Pause' })).fontSize).toBe(fontSize);
  expect(getComputedStyle(mine).borderRadius).not.toBe('6px');
  expect(before).not.toBe('6px');
  expect(root.querySelector('.panel')?.getBoundingClientRect().height).toBeGreaterThan(100);
});

it('fits a phone, and can be resized with the keyboard', async () => {
  const { panel, root } = await open(10);
  const card = root.querySelector('.panel');
  const { innerWidth } = window;
  expect(card?.getBoundingClientRect().left).toBeGreaterThanOrEqual(0);
  expect(card?.getBoundingClientRect().right).toBeLessThanOrEqual(innerWidth);
  const height = card?.getBoundingClientRect().height ?? 0;
  fireEvent.keyDown(panel.getByRole('separator', { name: 'Height of the panel' }), { key: 'ArrowDown' });
  await waitFor(() => expect(card?.getBoundingClientRect().height).toBe(height - 24));
});
