/** useLiveQuery: fetched data that events keep up to date, without a hole between the two. */

import { createWebSocketService, useLiveQuery, WebSocketProvider } from 'everwire';
import { Activity, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, setUpStage, Wire } from '../support/stage.tsx';
import { startDesk, withPost } from './live/desk.ts';

const stage = setUpStage();

/** A desk, and a component that shows its posts. */
function open(more: Partial<Parameters<typeof useLiveQuery<readonly string[]>>[0]> = {}) {
  const desk = startDesk();
  const probe = createProbe(() =>
    useLiveQuery<readonly string[]>({
      key: ['posts'],
      fetch: desk.fetch,
      on: { posted: withPost },
      ...more,
    }),
  );
  return { desk, probe };
}

describe.each(modes)('useLiveQuery ($mode)', ({ Mode }) => {
  it('fetches once, and shows what events change', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    desk.store('a');
    stage.mount(
      <Mode>
        <Wire to={server}>
          <probe.Probe />
        </Wire>
      </Mode>,
    );
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined, error: null });
    await stage.pass();
    expect(desk.fetches).toBe(1);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
    desk.post(server, 'b');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'b'] });
    expect(desk.fetches).toBe(1);
  });

  it('holds what arrives during the fetch, and applies it to the result', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Mode>
        <Wire to={server}>
          <probe.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    desk.read();
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('fetches and folds once for several components with the same key, and renders each once per frame', async () => {
    const { server } = stage;
    let folds = 0;
    const desk = startDesk();
    const use = () =>
      useLiveQuery<readonly string[]>({
        key: ['posts', { room: 1, page: 2 }],
        fetch: desk.fetch,
        on: {
          posted: (list, event) => {
            folds += 1;
            return withPost(list, event);
          },
        },
      });
    const probes = [createProbe(use), createProbe(use), createProbe(use)];
    stage.mount(
      <Mode>
        <Wire to={server}>
          {probes.map(({ id, Probe }) => (
            <Probe key={id} />
          ))}
        </Wire>
      </Mode>,
    );
    await stage.pass();
    await desk.answer();
    expect(desk.fetches).toBe(1);
    const before = probes.map(({ renders }) => renders);
    for (const text of ['a', 'b', 'c']) desk.post(server, text);
    await stage.pass();
    expect(folds).toBe(3);
    const perRender = Mode === modes[0]?.Mode ? 1 : 2;
    expect(probes.map(({ renders }, index) => renders - (before[index] ?? 0))).toEqual(
      probes.map(() => perRender),
    );
    expect(probes.map(({ last }) => last?.data)).toEqual(probes.map(() => ['a', 'b', 'c']));
  });

  it('starts anew for another user, and never shows the data of the last one', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    desk.store('secret');
    const tree = (identity: string) => (
      <Mode>
        <Wire to={server} token={`token-of-${identity}`} identity={identity}>
          <probe.Probe />
        </Wire>
      </Mode>
    );
    const page = stage.mount(tree('ada'));
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['secret'] });
    page.rerender(tree('bob'));
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
    await stage.pass();
    expect(desk.fetches).toBe(2);
    desk.become(['of bob']);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['of bob'] });
  });
});

describe('after a break', () => {
  it('fetches again, holds what comes meanwhile, and keeps the old data until then', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    desk.store('a');
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    server.restart();
    desk.store('missed');
    await stage.pass(5_000);
    expect(desk.fetches).toBe(2);
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    desk.read();
    desk.post(server, 'late');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'missed', 'late'] });
  });

  it('a resumed session is none', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    server.drop();
    desk.post(server, 'a');
    await stage.pass(5_000);
    expect(desk.fetches).toBe(1);
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('a notice during a fetch aborts it and begins it anew', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    desk.read();
    server.restart();
    desk.store('missed');
    await stage.pass(5_000);
    expect(desk.aborted).toEqual([true, false]);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['missed'] });
    expect(desk.fetches).toBe(2);
  });

  it('fetches again though no notice comes: of a server without ids that has sent nothing yet', async () => {
    const server = stage.addServer({ url: 'wss://quiet.example', hello: false, numbered: false });
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass(300);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: [] });
    server.drop();
    desk.post(server, 'a');
    await stage.pass(10_000);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
    expect(desk.fetches).toBe(2);
    // The notice of that break comes with the first event. From then on, one comes with each new link, and the two are one fetch.
    desk.post(server, 'b');
    await stage.pass();
    await desk.answer();
    expect(desk.fetches).toBe(3);
    server.drop();
    desk.post(server, 'c');
    await stage.pass(20_000);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'b', 'c'] });
    expect(desk.fetches).toBe(4);
  });

  it('fetches anew what was being fetched when the link of such a server was lost', async () => {
    const server = stage.addServer({ url: 'wss://quiet.example', hello: false, numbered: false });
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass(300);
    desk.read();
    server.drop();
    desk.post(server, 'a');
    await stage.pass(10_000);
    expect(desk.aborted).toEqual([true, false]);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('waits for missedEventsJitter, and is stale at once', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server} missedEventsJitter={4_000} random={() => 0.5} reconnectJitter={0}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    server.restart();
    await stage.pass(3_100);
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    desk.post(server, 'a');
    await stage.pass(1_000);
    expect(desk.fetches).toBe(1);
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    await stage.pass(1_100);
    expect(desk.fetches).toBe(2);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('a fetch that begins during the jitter needs no other one', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server} missedEventsJitter={4_000} random={() => 0.5} reconnectJitter={0}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    server.restart();
    await stage.pass(3_100);
    probe.last?.refetch();
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live' });
    await stage.pass(10_000);
    expect(desk.fetches).toBe(2);
  });
});

describe('a fetch that fails', () => {
  it('is an error without data, and is tried again with the next link', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    const error = new Error('503');
    await desk.fail(error);
    expect(probe.last).toMatchObject({ status: 'error', data: undefined, error });
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'error', data: undefined });
    server.drop();
    await stage.pass(5_000);
    expect(desk.fetches).toBe(2);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'], error: null });
  });

  it('after a notice, leaves the old data with the events, and says so', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    desk.store('a');
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    server.restart();
    desk.store('missed');
    await stage.pass(5_000);
    desk.post(server, 'held');
    await stage.pass();
    await desk.fail(new Error('503'));
    expect(probe.last).toMatchObject({ status: 'error', data: ['a', 'held'] });
    desk.post(server, 'later');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'error', data: ['a', 'held', 'later'] });
    probe.last?.refetch();
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'missed', 'held', 'later'] });
  });

  it('does not make live data stale, if nothing was missed', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    probe.last?.refetch();
    await stage.pass();
    expect(probe.last?.status).toBe('stale');
    desk.post(server, 'a');
    await stage.pass();
    const error = new Error('503');
    await desk.fail(error);
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'], error });
  });

  it('throws at once, or returns nothing: an error as well', async () => {
    const { server } = stage;
    const thrown = new Error('at once');
    const throwing = open({
      key: ['throwing'],
      fetch: () => {
        throw thrown;
      },
    });
    const nothing = open({ key: ['nothing'], fetch: () => Promise.resolve(undefined as never) });
    stage.mount(
      <Wire to={server}>
        <throwing.probe.Probe />
        <nothing.probe.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(throwing.probe.last).toMatchObject({ status: 'error', error: thrown });
    expect(nothing.probe.last).toMatchObject({ status: 'error', error: expect.any(TypeError) });
  });
});

describe('a reducer that throws', () => {
  it('is reported, fetches again, and applies the events after it to the result', async () => {
    const { server } = stage;
    const codes: string[] = [];
    const { desk, probe } = open({
      on: {
        posted: (list, event) => {
          if (event.data === 'bad') throw new Error('a bug');
          return withPost(list, event);
        },
      },
    });
    stage.mount(
      <Wire to={server} onError={({ code }) => codes.push(code)}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    for (const text of ['a', 'bad', 'b']) desk.post(server, text);
    await stage.pass();
    expect(codes).toEqual(['handler-failed']);
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    expect(desk.fetches).toBe(2);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'bad', 'b'] });
  });

  it('each time does not fetch in a loop', async () => {
    const { server } = stage;
    const codes: string[] = [];
    const { desk, probe } = open({
      on: {
        posted: () => {
          throw new Error('a bug');
        },
      },
    });
    stage.mount(
      <Wire to={server} onError={({ code }) => codes.push(code)}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    for (let round = 0; round < 20; round += 1) {
      desk.post(server, String(round));
      await stage.pass(100);
      await desk.answer();
    }
    expect(desk.fetches).toBe(2);
    await stage.pass(5_000);
    await desk.answer();
    expect(desk.fetches).toBe(3);
    expect(probe.last).toMatchObject({ status: 'live' });
    expect(codes.length).toBeLessThan(4);
  });

  it('that returns nothing is one', async () => {
    const { server } = stage;
    const words: string[] = [];
    const { desk, probe } = open({ on: { posted: () => undefined as never } });
    stage.mount(
      <Wire to={server} onError={({ message }) => words.push(message)}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    desk.post(server, 'a');
    await stage.pass();
    expect(words).toEqual([expect.stringContaining('Return the data')]);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });
});

describe('at', () => {
  interface Page {
    readonly posts: readonly string[];
    readonly position: string;
  }

  it('skips the events that the result has, so that each is applied once', async () => {
    const { server } = stage;
    const desk = startDesk();
    const probe = createProbe(() =>
      useLiveQuery<Page>({
        key: ['counted'],
        fetch: async ({ signal }) => ({ posts: await desk.fetch({ signal }), position: desk.position() }),
        on: { posted: (page, { data }) => ({ ...page, posts: [...page.posts, String(data)] }) },
        at: ({ position }) => position,
        eventAt: ({ data }) => desk.positionOf(String(data)),
      }),
    );
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    desk.post(server, 'in the result');
    await stage.pass();
    desk.read();
    desk.post(server, 'after it');
    await stage.pass();
    await desk.answer();
    expect(probe.last?.data?.posts).toEqual(['in the result', 'after it']);
  });

  it('that throws is reported, and skips nothing', async () => {
    const { server } = stage;
    const codes: string[] = [];
    const { desk, probe } = open({
      at: () => {
        throw new Error('a bug');
      },
    });
    stage.mount(
      <Wire to={server} onError={({ code }) => codes.push(code)}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    expect(codes).toEqual(['handler-failed']);
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });
});

describe('before the first connection', () => {
  it('fetches when the session is there, so that nothing falls between the two', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    server.refuse();
    stage.mount(
      <Wire to={server} reconnectDelay={500} reconnectJitter={0}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass(300);
    expect(desk.fetches).toBe(0);
    server.refuse(false);
    await stage.pass(1_000);
    expect(desk.fetches).toBe(1);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live' });
  });

  it('does not wait long for it: the data is shown as stale, and fetched again with the session', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    desk.store('a');
    server.refuse();
    stage.mount(
      <Wire to={server} reconnectDelay={3_000} reconnectJitter={0}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass(2_100);
    expect(desk.fetches).toBe(1);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    server.refuse(false);
    desk.store('between');
    await stage.pass(4_000);
    expect(desk.fetches).toBe(2);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'between'] });
  });

  it('fetches at once when no connection is wanted', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    const tree = (enabled: boolean) => (
      <Wire to={server} enabled={enabled}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree(false));
    await stage.pass(0);
    expect(desk.fetches).toBe(1);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    page.rerender(tree(true));
    await stage.pass();
    expect(desk.fetches).toBe(2);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live' });
  });
});

describe('who shows it', () => {
  /** Shows the posts, or not. */
  function Switch({ Probe, shows }: { readonly Probe: () => React.ReactNode; readonly shows: boolean }) {
    return shows ? <Probe /> : null;
  }

  it('stays live for a second after the last component, and is then fetched again', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    const tree = (shows: boolean) => (
      <Wire to={server}>
        <Switch Probe={probe.Probe} shows={shows} />
      </Wire>
    );
    const page = stage.mount(tree(true));
    await stage.pass();
    await desk.answer();
    page.rerender(tree(false));
    desk.post(server, 'a');
    await stage.pass(900);
    page.rerender(tree(true));
    await stage.pass();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
    expect(desk.fetches).toBe(1);
    page.rerender(tree(false));
    await stage.pass(1_100);
    desk.post(server, 'b');
    page.rerender(tree(true));
    expect(probe.last).toMatchObject({ status: 'stale', data: ['a'] });
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a', 'b'] });
    expect(desk.fetches).toBe(2);
  });

  it('is forgotten after gcTime', async () => {
    const { server } = stage;
    const { desk, probe } = open({ gcTime: 10_000 });
    const tree = (shows: boolean) => (
      <Wire to={server}>
        <Switch Probe={probe.Probe} shows={shows} />
      </Wire>
    );
    const page = stage.mount(tree(true));
    await stage.pass();
    await desk.answer();
    page.rerender(tree(false));
    await stage.pass(9_900);
    page.rerender(tree(true));
    expect(probe.last).toMatchObject({ status: 'stale', data: [] });
    page.rerender(tree(false));
    await stage.pass(10_100);
    page.rerender(tree(true));
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
  });

  it('a fetch that nobody waits for is aborted', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    const tree = (shows: boolean) => (
      <Wire to={server}>
        <Switch Probe={probe.Probe} shows={shows} />
      </Wire>
    );
    const page = stage.mount(tree(true));
    await stage.pass();
    page.rerender(tree(false));
    await stage.pass(1_100);
    expect(desk.aborted).toEqual([true]);
    await desk.answer();
    page.rerender(tree(true));
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: [] });
  });

  it('refetch aborts a fetch that runs', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    stage.mount(
      <Wire to={server}>
        <probe.Probe />
      </Wire>,
    );
    await stage.pass();
    desk.read();
    desk.store('a');
    probe.last?.refetch();
    await stage.pass();
    expect(desk.aborted).toEqual([true, false]);
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
  });

  it('another key is another query; none fetches nothing', async () => {
    const { server } = stage;
    const desks = { 1: startDesk(), 2: startDesk() };
    desks[1].store('one');
    desks[2].store('two');
    const probe = createProbe(() => useLiveQuery<readonly string[]>({ ...query }));
    const of = (id: 1 | 2) => ({
      key: ['room', id],
      fetch: desks[id].fetch,
      on: { posted: withPost },
    });
    let query: Parameters<typeof useLiveQuery<readonly string[]>>[0] = { ...of(1), key: undefined };
    const tree = () => (
      <Wire to={server}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    expect(desks[1].fetches).toBe(0);
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
    query = of(1);
    page.rerender(tree());
    await stage.pass();
    await desks[1].answer();
    expect(probe.last?.data).toEqual(['one']);
    query = of(2);
    page.rerender(tree());
    expect(probe.last).toMatchObject({ status: 'loading', data: undefined });
    await stage.pass();
    await desks[2].answer();
    expect(probe.last?.data).toEqual(['two']);
  });

  it('listens to other names when its reducers have others, and fetches again', async () => {
    const { server } = stage;
    const desk = startDesk();
    let on: Record<string, typeof withPost> = {};
    const probe = createProbe(() =>
      useLiveQuery<readonly string[]>({ key: ['posts'], fetch: desk.fetch, on }),
    );
    const tree = () => (
      <Wire to={server}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    await desk.answer();
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last?.data).toEqual([]);
    on = { posted: withPost };
    page.rerender(tree());
    await stage.pass();
    await desk.answer();
    desk.post(server, 'b');
    await stage.pass();
    expect(probe.last?.data).toEqual(['a', 'b']);
    expect(desk.fetches).toBe(2);
  });

  it('each service has its own data', async () => {
    const other = stage.addServer({ url: 'wss://other.example' });
    const service = createWebSocketService();
    const { desk, probe } = open();
    const its = open({ service });
    its.desk.store('of the service');
    stage.mount(
      <Wire to={stage.server}>
        <probe.Probe />
        <WebSocketProvider service={service} url={other.url} WebSocket={other.WebSocket}>
          <its.probe.Probe />
        </WebSocketProvider>
      </Wire>,
    );
    await stage.pass();
    await desk.answer();
    await its.desk.answer();
    its.desk.post(other, 'b');
    await stage.pass();
    expect(probe.last?.data).toEqual([]);
    expect(its.probe.last?.data).toEqual(['of the service', 'b']);
  });

  it('shows initialData as stale until it is fetched, on a server too', async () => {
    const { server } = stage;
    const { desk, probe } = open({ initialData: ['rendered'] });
    const tree = (
      <Wire to={server}>
        <probe.Probe />
      </Wire>
    );
    stage.renderToString(tree);
    expect(probe.last).toMatchObject({ status: 'stale', data: ['rendered'] });
    expect(desk.fetches).toBe(0);
    stage.mount(tree);
    expect(probe.last).toMatchObject({ status: 'stale', data: ['rendered'] });
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: [] });
  });

  it('does not render what the options of a render change, and uses the latest', async () => {
    const { server } = stage;
    const { desk } = open();
    let prefix = '';
    const probe = createProbe(() => {
      const [count] = useState(0);
      const own = prefix;
      return useLiveQuery<readonly string[]>({
        key: ['posts', count],
        fetch: desk.fetch,
        on: { posted: (list, { data }) => [...list, own + String(data)] },
      });
    });
    const tree = () => (
      <Wire to={server}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    await desk.answer();
    prefix = '> ';
    page.rerender(tree());
    desk.post(server, 'a');
    await stage.pass();
    expect(probe.last?.data).toEqual(['> a']);
  });
});

// React 18 has none.
describe.skipIf(Activity === undefined)('hidden by <Activity>', () => {
  it('is not kept up to date, and is fetched again when it is shown', async () => {
    const { server } = stage;
    const { desk, probe } = open();
    const tree = (mode: 'visible' | 'hidden') => (
      <Wire to={server}>
        <Activity mode={mode}>
          <probe.Probe />
        </Activity>
      </Wire>
    );
    const page = stage.mount(tree('visible'));
    await stage.pass();
    await desk.answer();
    page.rerender(tree('hidden'));
    await stage.pass(1_100);
    desk.post(server, 'a');
    page.rerender(tree('visible'));
    await stage.pass();
    await desk.answer();
    expect(probe.last).toMatchObject({ status: 'live', data: ['a'] });
    expect(desk.fetches).toBe(2);
  });
});
