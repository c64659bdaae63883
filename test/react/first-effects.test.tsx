/** The config is known before any effect of a component below the provider runs. */

import {
  createWebSocketService,
  useWebSocketService,
  useWsRequest,
  useWsSend,
  type WebSocketServiceError,
} from 'everwire';
import { type ReactNode, useEffect, useInsertionEffect, useLayoutEffect } from 'react';
import { describe, expect, it } from 'vitest';
import { modes, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

const effects: readonly (readonly [string, typeof useEffect])[] = [
  ['a passive effect', useEffect],
  ['a layout effect', useLayoutEffect],
  ['an insertion effect', useInsertionEffect],
];

const providers: readonly (readonly [string, () => Partial<WireProps>])[] = [
  ['no token', () => ({})],
  ['a token', () => ({ token: 'one' })],
  ['a token that comes later', () => ({ token: '' })],
  ['a token function that takes its time', () => ({ token: () => later('one') })],
  ['a url function', () => ({ url: () => later(stage.server.url) })],
  ['a service of its own', () => ({ service: createWebSocketService() })],
  ['a service, and a token that comes later', () => ({ service: createWebSocketService(), token: '' })],
];

const later = (text: string): Promise<string> =>
  new Promise((resolve) => {
    setTimeout(resolve, 100, text);
  });

const cases = modes.flatMap((mode) =>
  effects.flatMap(([effect, useAnyEffect]) =>
    providers.map(
      ([props, make]) =>
        [`${effect}, with ${props} (${mode.mode})`, { ...mode, useAnyEffect, make }] as const,
    ),
  ),
);

/** What the app has sent, without pings. */
const sent = (): readonly (string | null)[] =>
  stage.server.received.map(({ event }) => event).filter((event) => event !== 'ping');

describe('in the first effect of a component', () => {
  it.each(cases)('send() queues the message: %s', async (_, { Mode, useAnyEffect, make }) => {
    const said: string[] = [];
    const errors: string[] = [];
    const props = make();
    const once = createOnce();
    function Room(): ReactNode {
      const send = useWsSend();
      useAnyEffect(() => once(() => said.push(send('watch', { room: 'lobby' }))), [send]);
      return null;
    }
    const tree = (more: Partial<WireProps> = {}) => (
      <Mode>
        <Wire to={stage.server} sendQueue={{}} onError={({ code }) => errors.push(code)} {...props} {...more}>
          <Room />
        </Wire>
      </Mode>
    );
    const page = stage.mount(tree());
    expect(said).toEqual(['queued']);
    await stage.pass(200);
    if (props.token === '') page.rerender(tree({ token: 'late' }));
    await stage.pass();
    expect(sent()).toEqual(['watch']);
    expect(errors).toEqual([]);
    expect(stage.server.socketsConstructed).toBe(1);
  });

  it.each(cases)('request() waits for the connection: %s', async (_, { Mode, useAnyEffect, make }) => {
    stage.server.handle('history', () => ['one', 'two']);
    const props = make();
    const once = createOnce();
    let answer: unknown;
    function List(): ReactNode {
      const request = useWsRequest();
      useAnyEffect(
        () =>
          once(() => {
            request('history').then(
              (data) => {
                answer = data;
              },
              ({ code }: WebSocketServiceError) => {
                answer = code;
              },
            );
          }),
        [request],
      );
      return null;
    }
    const tree = (more: Partial<WireProps> = {}) => (
      <Mode>
        <Wire to={stage.server} {...props} {...more}>
          <List />
        </Wire>
      </Mode>
    );
    const page = stage.mount(tree());
    await stage.pass(200);
    if (props.token === '') page.rerender(tree({ token: 'late' }));
    await stage.pass();
    expect(answer).toEqual(['one', 'two']);
    expect(sent()).toEqual(['history']);
    expect(stage.server.socketsConstructed).toBe(1);
  });

  it.each(effects)('%s: nothing is sent to the session of the user before', async (_, useAnyEffect) => {
    function Hello({ name }: { readonly name: string }): ReactNode {
      const send = useWsSend();
      useAnyEffect(() => void send('hello-of', name), [name, send]);
      return null;
    }
    const tree = (name: string) => (
      <Wire to={stage.server} sendQueue={{}} token={`token-of-${name}`}>
        <Hello name={name} />
      </Wire>
    );
    const page = stage.mount(tree('ann'));
    await stage.pass();
    const [anns] = stage.server.connections;
    const heard: string[] = [];
    stage.server.onMessage(({ data, connectionId }) =>
      heard.push(`${data} in the session of ${connectionId === anns?.connectionId ? 'ann' : 'ben'}`),
    );
    page.rerender(tree('ben'));
    await stage.pass();
    expect(heard).toEqual(['ben in the session of ben']);
    // React warns about an insertion effect that causes a render; here it changes the user.
    stage.takeConsoleErrors();
  });

  it('a failure is heard by onError of the provider, in a layout effect too', async () => {
    const errors: string[] = [];
    function Room(): ReactNode {
      const send = useWsSend();
      useLayoutEffect(() => void send('big', 1n), [send]);
      return null;
    }
    stage.mount(
      <Wire to={stage.server} sendQueue={{}} onError={({ code }) => errors.push(code)}>
        <Room />
      </Wire>,
    );
    await stage.pass();
    expect(errors).toEqual(['not-serializable']);
  });
});

describe('without a connection to wait for', () => {
  const refuse = (props: Partial<WireProps>) => {
    const said: unknown[] = [];
    function Room(): ReactNode {
      const service = useWebSocketService();
      useEffect(() => {
        said.push(service.send('watch'));
        service.request('history').catch(({ code }: WebSocketServiceError) => said.push(code));
        service.whenConnected().catch(({ code }: WebSocketServiceError) => said.push(code));
      }, [service]);
      return null;
    }
    stage.mount(
      <Wire to={stage.server} sendQueue={{}} {...props}>
        <Room />
      </Wire>,
    );
    return said;
  };

  it.each<[string, Partial<WireProps>]>([
    ['enabled={false}', { enabled: false }],
    ['an invalid config', { connectTimeout: -1 }],
  ])('%s refuses at once', async (_, props) => {
    const said = refuse(props);
    await stage.pass();
    expect(said).toEqual(['refused', 'not-connected', 'not-connected']);
    expect(stage.server.attempts).toBe(0);
  });

  it('an empty token after a token is a sign-out: what is sent then never reaches the next user', async () => {
    let service: ReturnType<typeof useWebSocketService> | undefined;
    function Spy(): ReactNode {
      service = useWebSocketService();
      return null;
    }
    const tree = (token: string) => (
      <Wire to={stage.server} sendQueue={{}} token={token}>
        <Spy />
      </Wire>
    );
    const page = stage.mount(tree('token-of-ann'));
    await stage.pass();
    page.rerender(tree(''));
    expect(service?.send('of-ann')).toBe('refused');
    await expect(service?.request('of-ann')).rejects.toMatchObject({ code: 'not-connected' });
    page.rerender(tree('token-of-ben'));
    await stage.pass();
    expect(sent()).toEqual([]);
  });

  it('what waits for a first token is dropped, and reported, when the provider is disabled', async () => {
    const errors: string[] = [];
    let outcome: unknown;
    let service: ReturnType<typeof useWebSocketService> | undefined;
    function Spy(): ReactNode {
      service = useWebSocketService();
      return null;
    }
    const tree = (props: Partial<WireProps>) => (
      <Wire to={stage.server} sendQueue={{}} onError={({ code }) => errors.push(code)} {...props}>
        <Spy />
      </Wire>
    );
    const page = stage.mount(tree({ token: '' }));
    expect(service?.send('one')).toBe('queued');
    service?.request('two').catch(({ code }: WebSocketServiceError) => {
      outcome = code;
    });
    await stage.pass();
    expect([errors, outcome]).toEqual([[], undefined]);
    page.rerender(tree({ token: '', enabled: false }));
    await stage.pass();
    expect(errors).toEqual(['message-dropped']);
    expect(outcome).toBe('not-connected');
    page.rerender(tree({ token: 'one' }));
    await stage.pass();
    expect(sent()).toEqual([]);
  });
});

describe('a component that leaves', () => {
  it('can still send in the cleanup of its effect', async () => {
    function Room(): ReactNode {
      const send = useWsSend();
      useEffect(() => () => void send('leave'), [send]);
      return null;
    }
    const page = stage.mount(
      <Wire to={stage.server}>
        <Room />
      </Wire>,
    );
    await stage.pass();
    page.unmount();
    await stage.pass();
    expect(sent()).toEqual(['leave']);
    expect(stage.server.socketCount).toBe(0);
  });
});

/** Runs the first task only: StrictMode runs effects twice. */
function createOnce(): (task: () => void) => void {
  let hasRun = false;
  return (task) => {
    if (!hasRun) task();
    hasRun = true;
  };
}
