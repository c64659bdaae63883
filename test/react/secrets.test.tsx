// Where is the token? On the wire, and nowhere else: not in the state, an error, a log, a context, a fiber, the page.

import {
  createWebSocketService,
  type IWebSocketConfig,
  type Logger,
  useConnection,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  type WebSocketService,
} from 'everwire';
import { describe, expect, it } from 'vitest';
import { findSecret } from '../support/canary.ts';
import { createProbe, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

/** With signs that are written otherwise in a query and in JSON. */
const CANARY = 'canary/4711+zebra "quoted" é';

function createRecorder() {
  const told: unknown[] = [];
  const logger: Logger = {
    debug: (...words) => void told.push(words),
    info: (...words) => void told.push(words),
    warn: (...words) => void told.push(words),
    error: (...words) => void told.push(words),
  };
  const follow = (service: WebSocketService): void => {
    told.push(service, service.store.getState());
    service.store.subscribe((state) => told.push(state));
    service.errors$.subscribe((error) => told.push(error, JSON.stringify(error), String(error), error.stack));
    service.missed$.subscribe((missed) => told.push(missed));
  };
  return { told, logger, follow };
}

/** What happens in each story; `provoke` makes the other side, or the user's own code, quote the token. */
const stories: readonly {
  readonly story: string;
  readonly props?: Partial<IWebSocketConfig>;
  readonly provoke: () => void | Promise<void>;
}[] = [
  { story: 'a quiet life', provoke: () => stage.server.emit('tick', { n: 1 }) },
  { story: 'a token in the first message', props: { auth: 'message' }, provoke: () => undefined },
  { story: 'a token in the subprotocol', props: { auth: 'subprotocol' }, provoke: () => undefined },
  {
    story: 'a token function',
    props: { token: () => Promise.resolve(CANARY) },
    provoke: () => stage.server.drop(),
  },
  {
    story: 'a server that quotes it as the reason of a close',
    provoke: () => stage.server.close(4000, `bad ${CANARY}`),
  },
  {
    story: 'a server that quotes it, encoded, as the reason of a close',
    provoke: () => stage.server.close(4000, `bad ${encodeURIComponent(CANARY)}`),
  },
  { story: 'a server that refuses it', provoke: () => stage.server.close(4401, `expired: ${CANARY}`) },
  {
    story: 'a server that is not there any more',
    props: { reconnectAttempts: 2, reconnectDelay: 100 },
    provoke() {
      stage.server.refuse();
      stage.server.drop();
    },
  },
  {
    story: 'a token function that fails later, with the old token in its words',
    props: {
      token: ({ reason }) => {
        if (reason === 'initial') return CANARY;
        throw new Error(`could not renew ${CANARY}`);
      },
    },
    provoke: () => stage.server.drop(),
  },
  {
    story: 'a url that has a token of its own',
    props: {
      url: `ftp://user:${encodeURIComponent(CANARY)}@example.com/ws?key=${encodeURIComponent(CANARY)}`,
    },
    provoke: () => undefined,
  },
  {
    story: 'a socket class that quotes the address',
    props: {
      WebSocket: class {
        constructor(url: string) {
          throw new SyntaxError(`bad address ${url}`);
        }
      } as unknown as NonNullable<IWebSocketConfig['WebSocket']>,
    },
    provoke: () => undefined,
  },
  {
    story: 'a closePolicy that throws, with the close reason in its words',
    props: {
      closePolicy: ({ reason }) => {
        throw new Error(`what is ${reason}?`);
      },
    },
    provoke: () => stage.server.close(4000, `bad ${CANARY}`),
  },
  {
    story: 'a bad frame that quotes it',
    provoke: () => stage.server.sendRaw(`{"event": ${CANARY}`),
  },
];

describe('the token is nowhere but on the wire', () => {
  it.each(stories.map((one) => [one.story, one] as const))('in %s', async (_, { props, provoke }) => {
    const { told, logger, follow } = createRecorder();
    const service = createWebSocketService();
    follow(service);
    const page = createProbe(() => {
      told.push(useConnection(), useWebSocketService());
      useWsEventHandler('tick', () => undefined);
      told.push(
        useWsEvent('tick'),
        useWsEvents('tick'),
        useWsReducer('tick', (count: number) => count + 1, 0),
      );
    });
    const mounted = stage.mount(
      <Wire
        to={stage.server}
        service={service}
        token={CANARY}
        logger={logger}
        onError={(error) => told.push(error)}
        {...props}
      >
        <page.Probe />
      </Wire>,
    );
    await stage.pass();
    await provoke();
    await stage.pass(10_000);
    // The story was told: something was logged, and something rendered.
    expect(told.length).toBeGreaterThan(5);
    expect(findSecret(told, CANARY)).toEqual([]);
    expect(findSecret(fibersOf(mounted.container), CANARY)).toEqual([]);
    expect(mounted.container.outerHTML).not.toContain(CANARY);
  });

  it('in a request that the server refuses, quoting it', async () => {
    const { told, logger, follow } = createRecorder();
    const request = createProbe(() => {
      const service = useWebSocketService();
      told.push(service);
      return { ask: useWsRequest(), service };
    });
    stage.server.handle('ask', () => {
      throw Object.assign(new Error(`not with ${CANARY}`), { id: CANARY });
    });
    stage.mount(
      <Wire to={stage.server} token={CANARY} logger={logger}>
        <request.Probe />
      </Wire>,
    );
    if (request.last === undefined) throw new Error('Nothing was rendered.');
    follow(request.last.service);
    await stage.pass();
    const failure = request.last.ask('ask').catch((error: unknown) => error);
    await stage.pass();
    const error = await failure;
    expect(error).toMatchObject({ code: 'request-failed' });
    expect(findSecret([error, told], CANARY)).toEqual([]);
  });

  it('and it is on the wire: this search would find it', () => {
    const { server } = stage;
    expect(
      findSecret({ deep: new Map([['x', [`?token=${encodeURIComponent(CANARY)}`]]]) }, CANARY),
    ).toHaveLength(1);
    expect(findSecret(new Error(`no ${CANARY}`), CANARY).length).toBeGreaterThan(0);
    expect(findSecret(server.url, CANARY)).toEqual([]);
  });
});

interface Fiber {
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly memoizedState: unknown;
  readonly memoizedProps: { readonly value?: unknown } | null;
  readonly type: unknown;
}

/** What React keeps for a page: the state of each component and the value of each context. Props are the user's own. */
function fibersOf(container: HTMLElement): readonly unknown[] {
  const key = Object.keys(container).find((name) => name.startsWith('__reactContainer$'));
  const root = Reflect.get(container, key ?? '') as Fiber | undefined;
  if (root === undefined) throw new Error('React keeps its tree elsewhere in this version.');
  const kept: unknown[] = [];
  const walk = (fiber: Fiber | null): void => {
    if (fiber === null) return;
    // The root's state is the element that was rendered: the user's own.
    if (typeof fiber.type === 'function') kept.push(fiber.memoizedState);
    if (typeof fiber.type === 'object' && fiber.type !== null) kept.push(fiber.memoizedProps?.value);
    walk(fiber.child);
    walk(fiber.sibling);
  };
  walk((root as unknown as { readonly stateNode: { readonly current: Fiber } }).stateNode.current);
  expect(kept.length).toBeGreaterThan(2);
  return kept;
}
