/** useWsChannel: counted over components, quiet under StrictMode, and typed results. */

import { useMissedEvents, useWsChannel, useWsEvents, type WsChannel } from 'everwire';
import { type ReactNode, StrictMode, useEffect } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage({ resume: 'never' });

/** Joins and leaves that the server has received. */
function messages(): readonly string[] {
  return stage.server.received
    .filter(({ event }) => event === 'join' || event === 'leave')
    .map(({ event, data }) => {
      const { channels } = data as { readonly channels: readonly (string | { readonly name: string })[] };
      return [event, ...channels.map((one) => (typeof one === 'string' ? one : one.name))].join(' ');
    });
}

function Room({ name }: { readonly name: string | undefined }): ReactNode {
  return useWsChannel(name).status;
}

describe('useWsChannel', () => {
  it('tells the status, and renders once for each', async () => {
    const room = createProbe(() => useWsChannel('room:1').status);
    stage.mount(
      <Wire to={stage.server}>
        <room.Probe />
      </Wire>,
    );
    await stage.pass(100);
    expect(room.values).toEqual(['waiting', 'joining', 'joined']);
  });

  it.each([undefined, null, false, ''] as const)('%s: there is no channel', async (name) => {
    const results: WsChannel[] = [];
    const room = createProbe(() => {
      const channel = useWsChannel(name);
      results.push(channel);
      return channel.status;
    });
    stage.mount(
      <Wire to={stage.server}>
        <room.Probe />
      </Wire>,
    );
    await stage.pass(100);
    expect(room.values).toEqual(['idle']);
    expect(messages()).toEqual([]);
    expect(results[0]?.send('say')).toBe('refused');
    await expect(results[0]?.request('say')).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('joins once for several components, also under StrictMode', async () => {
    stage.mount(
      <StrictMode>
        <Wire to={stage.server}>
          <Room name="room:1" />
          <Room name="room:1" />
          <Room name="room:2" />
        </Wire>
      </StrictMode>,
    );
    await stage.pass(2_000);
    expect(messages()).toEqual(['join room:1 room:2']);
  });

  it('stays joined while one component is left, and follows a new name', async () => {
    const page = stage.mount(
      <Wire to={stage.server}>
        <Room key="one" name="room:1" />
        <Room key="two" name="room:1" />
      </Wire>,
    );
    await stage.pass(100);
    page.rerender(
      <Wire to={stage.server}>
        <Room key="one" name="room:1" />
      </Wire>,
    );
    await stage.pass(2_000);
    expect(messages()).toEqual(['join room:1']);
    page.rerender(
      <Wire to={stage.server}>
        <Room key="one" name="room:2" />
      </Wire>,
    );
    await stage.pass(2_000);
    expect(messages()).toEqual(['join room:1', 'join room:2', 'leave room:1']);
    page.rerender(
      <Wire to={stage.server}>
        <Room key="one" name={undefined} />
      </Wire>,
    );
    await stage.pass(2_000);
    expect(messages().slice(3)).toEqual(['leave room:2']);
  });

  it('a route change and back within a second sends nothing', async () => {
    const at = (name: string): ReactNode => (
      <Wire to={stage.server}>
        <Room key={name} name="room:1" />
      </Wire>
    );
    const page = stage.mount(at('a'));
    await stage.pass(100);
    page.rerender(<Wire to={stage.server} />);
    await stage.pass(900);
    page.rerender(at('b'));
    await stage.pass(2_000);
    expect(messages()).toEqual(['join room:1']);
  });

  it('has functions that stay the same, and a message in an effect comes after the join', async () => {
    const functions = new Set<unknown>();
    const Sends = (): null => {
      const { send, request, retry } = useWsChannel('room:1', { from: { last: 5 } });
      for (const one of [send, request, retry]) functions.add(one);
      useEffect(() => {
        send('say', { text: 'hi' });
      }, [send]);
      return null;
    };
    const page = stage.mount(<Wire to={stage.server} sendQueue={{}} />);
    await stage.pass(100);
    page.rerender(
      <Wire to={stage.server} sendQueue={{}}>
        <Sends />
      </Wire>,
    );
    await stage.pass(100);
    expect(stage.server.received.map(({ event }) => event)).toEqual(['join', 'say']);
    expect(functions.size).toBe(3);
  });

  it('shows past events, and a refusal that retry() asks about again', async () => {
    const server = stage.addServer({
      positions: true,
      join: (name) => name !== 'secret',
      url: 'ws://other.test/ws',
    });
    for (const n of [1, 2, 3]) server.publish('room:1', 'posted', n);
    let secret: WsChannel | undefined;
    const list = createProbe(() => {
      secret = useWsChannel('secret');
      useWsChannel('room:1', { from: { last: 2 } });
      return useWsEvents('posted', { channel: 'room:1' }).map(({ data }) => data);
    });
    stage.mount(
      <Wire to={server}>
        <list.Probe />
      </Wire>,
    );
    await stage.pass(100);
    expect(list.last).toEqual([2, 3]);
    expect(secret).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } });
    server.handleJoin(() => true);
    secret?.retry();
    await stage.pass(100);
    expect(secret).toMatchObject({ status: 'joined', error: null });
  });

  it('useMissedEvents with its channel is told once, with the channel, when all may be missing', async () => {
    const told: unknown[] = [];
    const Missed = (): null => {
      useWsChannel('room:1');
      useMissedEvents(({ channel, reason }) => told.push([channel, reason]), { channel: 'room:1' });
      return null;
    };
    stage.mount(
      <Wire to={stage.server} reconnectDelay={10} reconnectJitter={0}>
        <Missed />
      </Wire>,
    );
    await stage.pass(100);
    stage.server.drop();
    await stage.pass(200);
    expect(told).toEqual([['room:1', 'new-session']]);
  });
});
