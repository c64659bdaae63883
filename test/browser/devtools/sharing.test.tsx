/** The panel says who has the socket of a connection that tabs share: real locks and channels, and two tabs in one page. */

import { fireEvent, render, waitFor, within } from '@testing-library/react';
import { createWebSocketService, type IWebSocketConfig, WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import { acrossTabs } from 'everwire/tabs';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { watchClipboard } from '../../react/devtools/support.tsx';
import { findSecrets } from '../../support/canary.ts';

beforeEach(() => localStorage.clear());

const TOKEN = 'canary-token-4711';

function startServer(): FakeServer {
  const server = createFakeServer({ resume: 'takeover' });
  onTestFinished(() => server.dispose());
  return server;
}

/** A config that no other test shares with. */
function sharedConfig({ url, WebSocket }: FakeServer): IWebSocketConfig {
  return {
    url,
    WebSocket,
    token: TOKEN,
    identity: `canary-user-${crypto.randomUUID()}`,
    share: acrossTabs(),
  };
}

function openTab(config: IWebSocketConfig) {
  const service = createWebSocketService();
  service.connect(config);
  onTestFinished(() => service.dispose());
  return { service, sharing: () => service.store.getState().sharing };
}

async function show(page: ReactNode) {
  const { unmount } = render(page);
  onTestFinished(unmount);
  const root = await waitFor(() => {
    const found = document.querySelector('[data-everwire-devtools]')?.shadowRoot?.querySelector('.root');
    if (!(found instanceof HTMLElement)) throw new Error('There is no panel yet.');
    return found;
  });
  const panel = within(root);
  return {
    ...panel,
    figure: (name: string) =>
      panel.queryByText(name, { selector: 'dt' })?.nextElementSibling?.textContent ?? null,
    press: (name: string) => fireEvent.click(panel.getByRole('button', { name })),
    async paste(json: string) {
      fireEvent.click(panel.getByRole('button', { name: 'Open JSON' }));
      fireEvent.change(await panel.findByRole('textbox'), { target: { value: json } });
      fireEvent.click(panel.getByRole('button', { name: 'Open' }));
    },
  };
}

/** Two tabs; the first one speaks, and the panel belongs to the second. */
async function twoTabs() {
  const server = startServer();
  const config = sharedConfig(server);
  const first = openTab(config);
  await waitFor(() => expect(first.sharing()).toBe('speaking'));
  const second = openTab(config);
  await waitFor(() => expect(second.service.isConnected()).toBe(true));
  const panel = await show(<WebSocketDevtools initiallyOpen placement="docked" service={second.service} />);
  return { server, first, second, panel, identity: config.identity ?? '' };
}

/** The first tab is closed, and the second one takes over. */
async function takenOver() {
  const tabs = await twoTabs();
  const written = watchClipboard('open');
  tabs.first.service.dispose();
  await waitFor(() => expect(tabs.panel.figure('Tabs attached')).toBe('1'));
  tabs.panel.press('Copy JSON');
  await waitFor(() => expect(written).toHaveLength(1));
  return { ...tabs, json: written[0] ?? '' };
}

describe('a connection that tabs share', () => {
  it('says that another tab has the socket, for how many, and what it has passed on', async () => {
    const { server, panel } = await twoTabs();
    expect(panel.figure('This tab')).toBe('listening to a tab');
    await waitFor(() => expect(panel.figure('Tabs attached')).toBe('2'));
    expect(panel.figure('Term')).toBe('1');
    for (let n = 1; n <= 20; n += 1) server.emit('tick', { n });
    // The greeting is a frame, too.
    await waitFor(() => expect(panel.figure('Relayed')).toBe('21'));
  });

  it('says that this tab has taken over, when, and with which term', async () => {
    const startedAt = Date.now();
    const { panel, json } = await takenOver();
    expect(panel.figure('This tab')).toBe('speaking: has the socket');
    expect(panel.figure('Term')).toBe('2');
    expect(panel.figure('Took over')).toMatch(/^\d\d:\d\d:\d\d$/);
    const { sharing } = JSON.parse(json);
    expect(sharing).toMatchObject({ role: 'speaking', term: 2, figures: { tabs: 1 } });
    expect(sharing.figures.sinceMs).toBeGreaterThanOrEqual(startedAt);
  });

  it('is in the report without token, user and session, and is shown again from there', async () => {
    const { second, json, identity } = await takenOver();
    expect(findSecrets([json], [TOKEN, identity])).toEqual([]);
    expect(json).not.toContain(second.service.store.getState().connectionId);
    second.service.dispose();
    document.body.replaceChildren();
    const { url, WebSocket } = startServer();
    const panel = await show(
      <WebSocketProvider url={url} WebSocket={WebSocket}>
        <WebSocketDevtools initiallyOpen placement="docked" />
      </WebSocketProvider>,
    );
    // This one does not share.
    expect(panel.figure('This tab')).toBeNull();
    await panel.paste(json);
    await waitFor(() => expect(panel.figure('This tab')).toMatch(/^speaking/));
    expect(panel.figure('Term')).toBe('2');
    expect(panel.figure('Tabs attached')).toBe('1');
  });

  it('is refused with a reason where a report is damaged', async () => {
    const { panel, json } = await takenOver();
    const report = JSON.parse(json);
    await panel.paste(JSON.stringify({ ...report, sharing: { ...report.sharing, role: 'king' } }));
    expect((await panel.findByRole('alert')).textContent).toMatch(
      /sharing\.role must be one of: off, speaking/,
    );
  });

  it('says that a tab which may not share has its own socket', async () => {
    const server = startServer();
    const { service } = openTab({
      ...{ url: server.url, WebSocket: server.WebSocket, share: acrossTabs() },
      token: () => TOKEN,
    });
    await waitFor(() => expect(service.isConnected()).toBe(true));
    const panel = await show(<WebSocketDevtools initiallyOpen placement="docked" service={service} />);
    expect(panel.figure('This tab')).toBe('own socket');
  });
});
