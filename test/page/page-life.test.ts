/**
 * A connection survives a page that is offline, frozen, in the back/forward cache or hidden: real Chromium, real
 * sockets.
 */
import { createFakeServer, type FakeServer } from 'everwire/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { eventually } from '../support/patience.ts';
import type { PageConfig } from './page-script.ts';
import { openSite, type Site } from './site.ts';
import { launchTabs, type Tab, type TabBrowser } from './tab.ts';

/** No test waits for so long: a connection that is back sooner was woken. */
const TEN_MINUTES_MS = 600_000;

let site: Site;
let tabs: TabBrowser;

beforeAll(async () => {
  site = await openSite();
  tabs = await launchTabs();
});
afterEach(() => tabs.closeTabs());
afterAll(async () => {
  await tabs[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

describe('a page that goes offline', () => {
  it('keeps its link, if it is online again in a moment', async () => {
    const { server, tab } = await connectedTab();
    await tab.setNetwork('offline');
    await tab.until(({ signals }) => signals.includes('offline'));
    server.emit('tick', 2);
    await tab.setNetwork('online');
    const report = await tab.until(({ ticks }) => ticks.length === 2);
    expect(report).toMatchObject({ ticks: [1, 2], sockets: 1, closes: [] });
  });

  it('tries at once when it is online again, and misses nothing', async () => {
    const { server, tab, connectionId } = await connectedTab({ reconnectDelay: TEN_MINUTES_MS });
    await tab.setNetwork('offline');
    await tab.until(({ signals }) => signals.includes('offline'));
    server.drop();
    await tab.until(({ status }) => status === 'reconnecting');
    server.emit('tick', 2);
    await tab.setNetwork('online');
    const report = await tab.until(({ ticks }) => ticks.length === 2);
    expect(report).toMatchObject({ ticks: [1, 2], missed: [], sockets: 2, connectionId });
    expect(resumes(server)).toEqual([{ connectionId, sequenceNumber: 2 }]);
  });

  it('sends a ping, and replaces a link that does not answer', async () => {
    const { server, tab, connectionId } = await connectedTab({
      reconnectDelay: TEN_MINUTES_MS,
      heartbeat: { interval: TEN_MINUTES_MS, timeout: 1000 },
    });
    await tab.until(({ latency }) => latency !== null);
    // Chromium's emulation leaves open sockets as they are.
    server.freeze();
    await tab.setNetwork('offline');
    // It was replaced at once, by an attempt that fails because the page is offline.
    await tab.until(({ closes }) => closes.join() === '4000,1006');
    server.emit('tick', 2);
    await tab.setNetwork('online');
    const report = await tab.until(({ ticks }) => ticks.length === 2);
    expect(report).toMatchObject({ ticks: [1, 2], missed: [], connectionId });
  });
});

describe('a frozen page', () => {
  // Chromium cuts the sockets of a frozen page when the page continues: a close with 1006, and none of ours.

  it('reconnects when it is shown, with all events sent meanwhile', async () => {
    const { server, tab, connectionId } = await connectedTab({ reconnectDelay: TEN_MINUTES_MS });
    await hide(tab);
    await freeze(tab);
    server.emit('tick', 2);
    server.emit('tick', 3);
    await show(tab);
    const report = await tab.until(({ ticks }) => ticks.length === 3);
    expect(report.signals).toContain('resume');
    expect(report).toMatchObject({ ticks: [1, 2, 3], missed: [], closes: [1006], connectionId });
    expect(resumes(server)).toEqual([{ connectionId, sequenceNumber: 2 }]);
  });

  it('reconnects when it resumes in the background, and keeps its link', async () => {
    const heartbeat = { interval: 500, timeout: 2_000 };
    const { server, tab } = await connectedTab({ heartbeat, reconnectDelay: 100 });
    await tab.until(({ latency }) => latency !== null);
    await freeze(tab);
    const frozenAt = Date.now();
    server.emit('tick', 2);
    await until(() => Date.now() - frozenAt > heartbeat.interval + heartbeat.timeout);
    await tab.setLife('active');
    const report = await tab.until(({ ticks, status }) => ticks.length === 2 && status === 'connected');
    expect(report).toMatchObject({ ticks: [1, 2], missed: [], closes: [1006], visibility: 'hidden' });
  });
});

describe('a page in the back/forward cache', () => {
  it('closes its link and resumes: no loss, no notice', async () => {
    const { server, tab, connectionId } = await connectedTab({ reconnectDelay: TEN_MINUTES_MS });
    await tab.goTo(site.elsewhere);
    await until(() => server.connections.length === 0);
    server.emit('tick', 2);
    server.emit('tick', 3);
    await tab.goBack();
    const report = await tab.until(({ ticks }) => ticks.length === 3);
    expect(report.signals).toContain('pagehide:persisted');
    expect(report.signals).toContain('pageshow:persisted');
    expect(report).toMatchObject({ ticks: [1, 2, 3], missed: [], errors: [], closes: [], sockets: 2 });
    expect(report.statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(resumes(server)).toEqual([{ connectionId, sequenceNumber: 2 }]);
  });

  it('closes and resumes on each visit', async () => {
    const { server, tab } = await connectedTab({ reconnectDelay: TEN_MINUTES_MS });
    for (const tick of [2, 3, 4]) {
      await tab.goTo(site.elsewhere);
      server.emit('tick', tick);
      await tab.goBack();
      await tab.until(({ ticks }) => ticks.length === tick);
    }
    const report = await tab.until(({ status }) => status === 'connected');
    expect(report).toMatchObject({ ticks: [1, 2, 3, 4], missed: [], sockets: 4 });
    await until(() => server.connections.length === 1);
  });
});

describe('a hidden page', () => {
  it('still receives events, commits them, and sends pings', async () => {
    const { server, tab } = await connectedTab({ heartbeat: { interval: 500, timeout: 10_000 } });
    await tab.until(({ latency }) => latency !== null);
    await hide(tab);
    const pingsBefore = pings(server);
    const sent = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const tick of sent.slice(1)) server.emit('tick', tick);
    const noted = await tab.until(({ lastEventId }) => lastEventId === '20');
    expect(noted).toMatchObject({ ticks: sent, visibility: 'hidden' });

    await until(() => pings(server) > pingsBefore + 3);
    server.emit('tick', 21);
    const report = await tab.until(({ lastEventId }) => lastEventId === '21');
    expect(report).toMatchObject({ visibility: 'hidden', closes: [], errors: [], sockets: 1 });
  });

  it('tries at once when it is shown', async () => {
    const { server, tab } = await connectedTab({ reconnectDelay: TEN_MINUTES_MS });
    await hide(tab);
    server.drop();
    server.emit('tick', 2);
    await tab.until(({ status }) => status === 'reconnecting');
    await show(tab);
    const report = await tab.until(({ ticks }) => ticks.length === 2);
    expect(report).toMatchObject({ ticks: [1, 2], missed: [] });
  });

  it('that has given up tries again when it is shown', async () => {
    const { server, tab } = await connectedTab({ reconnectAttempts: 0 });
    await hide(tab);
    server.drop();
    await tab.until(({ reason }) => reason === 'attempts-exhausted');
    server.emit('tick', 2);
    await show(tab);
    const report = await tab.until(({ ticks }) => ticks.length === 2);
    expect(report).toMatchObject({ ticks: [1, 2], missed: [], status: 'connected' });
  });
});

describe('a page whose user disconnected', () => {
  it('opens no socket and has no listener in any state', async () => {
    const { server, url, tab, listenersBefore } = await connectedTab({ reconnectDelay: 0 });
    expect((await tab.listeners()).length).toBeGreaterThan(listenersBefore.length);
    await tab.disconnect();
    await tab.until(({ status }) => status === 'disconnected');
    expect(await tab.listeners()).toEqual(listenersBefore);

    await tab.setNetwork('offline');
    await tab.setNetwork('online');
    await hide(tab);
    await freeze(tab);
    await show(tab);
    await tab.goTo(site.elsewhere);
    await tab.goBack();
    const told = ['offline', 'online', 'hidden', 'resume', 'visible', 'focus', 'pageshow:persisted'];
    await tab.until(({ signals }) => told.every((signal) => signals.includes(signal)));

    // An attempt of ours would have been made before this one.
    await tab.sendWitness(url);
    await until(() => server.handshakes.some(({ token }) => token === 'witness'));
    const report = await tab.until(() => true);
    expect(report).toMatchObject({ status: 'disconnected', reason: 'client', sockets: 1 });
    expect(server.handshakes.map(({ token }) => token)).toEqual([null, 'witness']);
  });
});

interface Scene {
  readonly server: FakeServer;
  readonly url: string;
  readonly tab: Tab;
  readonly connectionId: string | null;
  /** The listeners of the page before there was a connection. */
  readonly listenersBefore: readonly string[];
}

/** A tab in front, connected, that has received its first `tick`. */
async function connectedTab(config: Omit<PageConfig, 'url'> = {}): Promise<Scene> {
  // The link that the server believes alive may be dead: a new link takes over its session.
  const server = createFakeServer({ resume: 'takeover' });
  const { url, close } = await server.listen({ WebSocketServer });
  onTestFinished(async () => {
    await close();
    server.dispose();
  });
  const tab = await tabs.open(site.home);
  const listenersBefore = await tab.listeners();
  await tab.connect({ url, ...config });
  await tab.until(({ connectionId }) => connectionId !== null);
  server.emit('tick', 1);
  const { connectionId } = await tab.until(({ lastEventId }) => lastEventId === '1');
  return { server, url, tab, connectionId, listenersBefore };
}

/** Puts another tab in front of it. */
async function hide(tab: Tab): Promise<void> {
  await tabs.open(site.elsewhere);
  await tab.until(({ visibility }) => visibility === 'hidden');
}

async function show(tab: Tab): Promise<void> {
  await tab.bringToFront();
  await tab.until(({ visibility }) => visibility === 'visible');
}

async function freeze(tab: Tab): Promise<void> {
  await tab.setLife('frozen');
  await tab.until(({ signals }) => signals.includes('freeze'));
}

function until(condition: () => boolean): Promise<void> {
  return eventually(() => expect(condition()).toBe(true));
}

/** What the links after the first tried to resume. */
function resumes(server: FakeServer) {
  return server.handshakes.slice(1).map(({ resume }) => resume);
}

function pings(server: FakeServer): number {
  return server.received.filter(({ event }) => event === 'ping').length;
}
