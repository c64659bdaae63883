/**
 * The token is on the wire, and nowhere else: not in the state, an error, a log, a context, a fiber, the page. The
 * provider's props belong to the user: React shows them to its developer tools, with everything in them.
 */

import {
  createWebSocketService,
  type IWebSocketConfig,
  useConnection,
  useConnectionStatus,
  useMissedEvents,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  WebSocketProvider,
  type WebSocketService,
} from 'everwire';
import { StrictMode } from 'react';
import { describe, expect, it } from 'vitest';
import {
  CONNECTION_ID,
  type Mode,
  modes,
  quotes,
  SECRET_URL,
  SECRETS,
  TOKEN,
} from '../node/security/modes.ts';
import { createPuppets, type Puppets } from '../node/security/puppet.ts';
import { hello, idOf } from '../node/security/stage.ts';
import { createWatch, type Watch } from '../node/security/watch.ts';
import { findSecret, findSecrets } from '../support/canary.ts';
import { createProbe, setUpStage } from '../support/stage.tsx';

const stage = setUpStage();

interface Scene {
  readonly watch: Watch;
  readonly sockets: Puppets;
  readonly service: WebSocketService;
  /** Texts that the other side, or the user's own code, may quote. */
  readonly quotes: readonly string[];
  readonly ask: (event: string) => Promise<unknown>;
  rerender(more: Partial<IWebSocketConfig>): void;
  unmount(): void;
  /** Opens the newest socket, and sends hello. */
  greet(): Promise<void>;
}

interface Story {
  readonly story: string;
  readonly props?: (mode: Mode) => Partial<IWebSocketConfig>;
  readonly act: (scene: Scene) => void | Promise<void>;
}

/** Returns the token once, and then throws errors that contain it. */
function throwingLater(): () => string {
  let asked = 0;
  return () => {
    asked += 1;
    if (asked > 1) throw new Error(`could not renew ${TOKEN}`);
    return TOKEN;
  };
}

const stories: readonly Story[] = [
  {
    story: 'a quiet life',
    async act({ sockets, greet }) {
      await greet();
      sockets.last.say({ event: 'tick', data: 1, seq: 1 });
    },
  },
  {
    story: 'a server that is not there',
    props: () => ({ reconnectAttempts: 1, reconnectDelay: 100 }),
    async act({ sockets }) {
      sockets.last.refuse();
      await stage.pass(2_200);
      sockets.last.refuse();
    },
  },
  {
    story: 'a server that does not answer',
    props: () => ({ connectTimeout: 100, reconnectAttempts: 0 }),
    act: () => stage.pass(200),
  },
  {
    story: 'closes that quote the token, and a resumed session',
    async act({ sockets, quotes: quoted, greet }) {
      for (const quote of quoted) {
        await greet();
        sockets.last.say({ event: 'tick', data: 1, seq: 1 });
        sockets.last.hangUp(4000, `bad ${quote}`);
        await stage.pass(6_000);
      }
    },
  },
  {
    story: 'a server that refuses the token',
    async act({ sockets, quotes: quoted, greet }) {
      await greet();
      sockets.last.hangUp(4401, `expired: ${quoted[0]}`);
      await stage.pass();
      await greet();
      sockets.last.hangUp(4401, `expired: ${quoted[0]}`);
    },
  },
  {
    story: 'replies that quote the token',
    async act({ sockets, quotes: quoted, ask, watch, greet }) {
      await greet();
      for (const quote of quoted) {
        ask('ask').catch((error: unknown) => watch.note('rejection', error));
        const error = { message: `not ${quote}`, id: quote, [quote]: [quote] };
        sockets.last.say({ seq_reply: idOf(sockets.last.sent.at(-1)), status: 'FAIL', error });
      }
      await stage.pass();
      expect(watch.heard.get('rejection')).toBe(quoted.length);
    },
  },
  {
    story: 'malformed frames that quote the token',
    async act({ sockets, quotes: quoted, greet }) {
      await greet();
      for (const quote of quoted) sockets.last.say(`{"event": ${quote}`);
    },
  },
  {
    story: 'a token function that fails later, with the token in its words',
    props: ({ token }) => (token === 'none' ? {} : { token: throwingLater() }),
    async act({ sockets, greet }) {
      await greet();
      sockets.last.hangUp(1006);
      await stage.pass(6_000);
    },
  },
  {
    story: 'an address that will not do',
    async act({ greet, rerender }) {
      await greet();
      rerender({ url: SECRET_URL.replace('wss:', 'ftp:') });
      await stage.pass();
      rerender({ url: `${SECRET_URL}#top` });
    },
  },
  {
    story: 'a socket class that quotes the address',
    props: () => ({
      WebSocket: class {
        constructor(url: string, protocols: string[]) {
          throw new SyntaxError(`bad address ${url} ${protocols}`);
        }
      } as unknown as NonNullable<IWebSocketConfig['WebSocket']>,
    }),
    act: () => stage.pass(),
  },
  {
    story: 'functions of the app that quote the token',
    props: ({ token }) => ({
      closePolicy: () => {
        throw new Error(`what is ${token === 'none' ? 'nothing' : TOKEN}?`);
      },
    }),
    async act({ service, sockets, quotes: quoted, greet }) {
      await greet();
      for (const quote of quoted) {
        service.event$('tick').subscribe(() => {
          throw new Error(`what is ${quote}?`);
        });
      }
      sockets.last.say({ event: 'tick', data: 1, seq: 1 });
      sockets.last.hangUp(4000);
    },
  },
  {
    story: 'a new token, a sign-out, and an end',
    async act({ greet, rerender, unmount }) {
      await greet();
      rerender({ token: 'another-4711' });
      await stage.pass();
      await greet();
      rerender({ token: '' });
      await stage.pass();
      unmount();
    },
  },
];

/** Opens a page with every hook on it, under a watch. */
async function open(mode: Mode, props: Partial<IWebSocketConfig>) {
  const watch = createWatch();
  const sockets = createPuppets();
  const service = createWebSocketService();
  watch.follow(service);
  const page = createProbe(() => {
    useMissedEvents((missed) => watch.note('missed', missed));
    useWsEventHandler('tick', (event) => watch.note('event', event));
    const ask = useWsRequest();
    watch.note('react', [
      useConnection(),
      useConnectionStatus(),
      useWebSocketService(),
      useWsEvent('tick'),
      useWsEvents('tick'),
      useWsReducer('tick', (count: number) => count + 1, 0),
      useWsSend(),
      ask,
    ]);
    return ask;
  });
  const given: IWebSocketConfig = {
    url: SECRET_URL,
    protocol: mode.protocol,
    auth: mode.auth,
    WebSocket: sockets.WebSocket,
    logger: watch.logger,
    random: () => 0,
    ...{ string: { token: TOKEN }, function: { token: async () => TOKEN }, none: {} }[mode.token],
    ...props,
  };
  const element = (more: Partial<IWebSocketConfig>) => (
    <StrictMode>
      <WebSocketProvider
        {...given}
        {...more}
        service={service}
        onError={(error) => watch.note('error', error)}
        onMissedEvents={(missed) => watch.note('missed', missed)}
      >
        <page.Probe />
      </WebSocketProvider>
    </StrictMode>
  );
  const mounted = stage.mount(element({}));
  await stage.pass();
  const ask = page.last;
  if (ask === undefined) throw new Error('Nothing was rendered.');
  const scene: Scene = {
    watch,
    sockets,
    service,
    ask,
    quotes: mode.token === 'none' ? ['nothing'] : quotes,
    rerender: (more) => mounted.rerender(element(mode.token === 'none' && 'token' in more ? {} : more)),
    unmount: () => mounted.unmount(),
    async greet() {
      sockets.last.accept();
      sockets.last.say(hello(CONNECTION_ID));
      await stage.pass();
    },
  };
  return { scene, container: mounted.container };
}

describe.each(modes.map((mode) => [mode.name, mode] as const))('%s', (_, mode) => {
  it.each(stories.map((one) => [one.story, one] as const))(
    'publishes no secret in %s',
    async (__, { props, act }) => {
      const { scene, container } = await open(mode, props?.(mode) ?? {});
      const kept = fibersOf(container);
      await act(scene);
      await stage.pass(10_000);
      expect(scene.watch.findings({ nowhere: SECRETS, notInWords: [CONNECTION_ID] })).toEqual([]);
      expect(findSecrets([kept, fibersOf(container)], SECRETS)).toEqual([]);
      expect(findSecrets(document.documentElement.outerHTML, SECRETS)).toEqual([]);
      // The search covered something: there were log lines and renders.
      expect(kept.length).toBeGreaterThan(2);
      for (const what of ['log', 'state', 'react']) expect(scene.watch.heard.get(what)).toBeGreaterThan(0);
    },
  );

  it('the search works: it finds the secret on the wire, and in the user’s own props', async () => {
    const { scene, container } = await open(mode, {});
    await scene.greet();
    const wire = scene.sockets.made.map(({ url, protocols, sent }) => [url, protocols, sent]);
    expect(findSecret(wire, TOKEN)).toHaveLength(mode.token === 'none' ? 0 : 1);
    expect(findSecret(propsOf(container), TOKEN).length > 0).toBe(mode.token === 'string');
  });
});

describe('what React keeps', () => {
  it('is searched: the state of a component and the value of a context', async () => {
    const [mode] = modes;
    if (mode === undefined) throw new Error('no mode');
    const { scene, container } = await open(mode, {});
    expect(fibersOf(container)).toContainEqual(expect.objectContaining({ store: scene.service.store }));
    scene.service.store.setState({ lastEventId: 'kept-4711' });
    await stage.pass();
    expect(findSecret(fibersOf(container), 'kept-4711')).not.toEqual([]);
  });
});

interface Fiber {
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly alternate: Fiber | null;
  readonly memoizedState: unknown;
  readonly updateQueue: unknown;
  readonly dependencies: { readonly firstContext: ReadContext | null } | null;
  readonly memoizedProps: { readonly value?: unknown } | null;
  readonly type: unknown;
}

interface ReadContext {
  readonly memoizedValue: unknown;
  readonly next: ReadContext | null;
}

/** Every fiber of a page, also those of the previous render. None where nothing is rendered any more. */
function allFibers(container: HTMLElement): readonly Fiber[] {
  const key = Object.keys(container).find((name) => name.startsWith('__reactContainer$'));
  const root = Reflect.get(container, key ?? '') as {
    readonly stateNode: { readonly current: Fiber };
  } | null;
  if (root === undefined) throw new Error('React keeps its tree elsewhere in this version.');
  const fibers = new Set<Fiber>();
  const walk = (fiber: Fiber | null): void => {
    if (fiber === null || fibers.has(fiber)) return;
    fibers.add(fiber);
    walk(fiber.alternate);
    walk(fiber.child);
    walk(fiber.sibling);
  };
  walk(root?.stateNode.current ?? null);
  return [...fibers];
}

/**
 * Everything that React keeps for a page: the state, effects and contexts of each component, and the value of each
 * provider.
 */
function fibersOf(container: HTMLElement): readonly unknown[] {
  return allFibers(container).flatMap(({ type, memoizedState, updateQueue, dependencies, memoizedProps }) => {
    // The root's own state is the element that was rendered, which belongs to the user.
    if (typeof type === 'function')
      return [memoizedState, updateQueue, ...valuesOf(dependencies?.firstContext ?? null)];
    return typeof type === 'object' && type !== null ? [memoizedProps?.value] : [];
  });
}

/** Reads only the values: React 18 warns when a context itself is inspected. */
function valuesOf(context: ReadContext | null): readonly unknown[] {
  return context === null ? [] : [context.memoizedValue, ...valuesOf(context.next)];
}

function propsOf(container: HTMLElement): readonly unknown[] {
  return allFibers(container).map(({ memoizedProps }) => memoizedProps);
}
