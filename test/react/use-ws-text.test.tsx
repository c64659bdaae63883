/** useWsText collects text that arrives in pieces: in order, each once, at most one render per frame. */

import { useWsText, type WsText } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage({ positions: true });

const inWire = (children: ReactNode, identity = 'ann'): ReactNode => (
  <Wire to={stage.server} identity={identity} reconnectDelay={100}>
    {children}
  </Wire>
);

const shownOf = ({ text, isStreaming, hasGap }: WsText): unknown => [
  text,
  isStreaming ? 'streaming' : 'still',
  ...(hasGap ? ['gap'] : []),
];

const isEnd = ({ event }: { readonly event: string }): boolean => event === 'end';

describe.each(modes)('useWsText ($mode)', ({ Mode }) => {
  it('collects every piece, renders once per frame, and knows the end', async () => {
    const answer = createProbe(() => useWsText(['token', 'end'], { done: isEnd }));
    stage.mount(<Mode>{inWire(<answer.Probe />)}</Mode>);
    await stage.pass();
    expect(answer.last).toMatchObject({ text: '', isStreaming: false, hasGap: false });
    const { renders } = answer;
    for (let n = 0; n < 1_000; n += 1) stage.server.emit('token', `${n} `);
    await stage.frame();
    const all = Array.from({ length: 1_000 }, (_, n) => `${n} `).join('');
    expect(answer.last).toMatchObject({ text: all, isStreaming: true });
    expect(answer.renders - renders).toBe(renders);
    stage.server.emit('end', {});
    await stage.frame();
    expect(answer.last).toMatchObject({ text: all, isStreaming: false, hasGap: false });
    // The next piece begins the next text.
    stage.server.emit('token', 'Next');
    await stage.frame();
    expect(answer.last).toMatchObject({ text: 'Next', isStreaming: true });
  });
});

describe('useWsText', () => {
  it('stops where it is told to, ignores the rest of that text, and shows the next', async () => {
    const answer = createProbe(() => useWsText(['token', 'end'], { done: isEnd }));
    stage.mount(inWire(<answer.Probe />));
    await stage.pass();
    stage.server.emit('token', 'Once ');
    await stage.frame();
    const { stop } = answer.last as WsText;
    stop();
    stage.server.emit('token', 'upon');
    stage.server.emit('end', {});
    await stage.frame();
    expect(shownOf(answer.last as WsText)).toEqual(['Once ', 'still']);
    expect(answer.last?.stop).toBe(stop);
    stage.server.emit('token', 'Anew');
    await stage.frame();
    expect(shownOf(answer.last as WsText)).toEqual(['Anew', 'streaming']);
  });

  it('takes the piece that append returns, and reports one that is no text', async () => {
    const errors: string[] = [];
    const answer = createProbe(
      () => useWsText('token', { append: ({ data }) => (data as { delta: string }).delta }).text,
    );
    stage.mount(
      <Wire to={stage.server} onError={({ message }) => errors.push(message)}>
        <answer.Probe />
      </Wire>,
    );
    await stage.pass();
    for (const delta of ['a', 5, undefined, 'b']) stage.server.emit('token', { delta });
    await stage.frame();
    expect(answer.last).toBe('ab');
    expect(errors).toEqual([expect.stringContaining('append of useWsText must return a text')]);
  });

  it('begins again for another name, and for another user', async () => {
    let name = 'token';
    const answer = createProbe(() => useWsText(name).text);
    const page = stage.mount(inWire(<answer.Probe />));
    await stage.pass();
    stage.server.emit('token', 'a');
    await stage.frame();
    page.rerender(inWire(<answer.Probe />, 'ben'));
    expect(answer.last).toBe('');
    await stage.pass();
    stage.server.emit('token', 'b');
    await stage.frame();
    expect(answer.last).toBe('b');
    name = 'other';
    page.rerender(inWire(<answer.Probe />, 'ben'));
    expect(answer.last).toBe('');
  });

  it('says that pieces may be missing, until the next text', async () => {
    const answer = createProbe(() => shownOf(useWsText(['token', 'end'], { done: isEnd })));
    stage.mount(inWire(<answer.Probe />));
    await stage.pass();
    stage.server.emit('token', 'a');
    await stage.frame();
    stage.server.restart();
    await stage.pass(1_000);
    expect(answer.last).toEqual(['a', 'streaming', 'gap']);
    stage.server.emit('end', {});
    stage.server.emit('token', 'b');
    await stage.frame();
    expect(answer.last).toEqual(['b', 'streaming']);
    // What was missed after an end may be the beginning of the next text.
    stage.server.emit('end', {});
    await stage.frame();
    stage.server.restart();
    await stage.pass(1_000);
    expect(answer.last).toEqual(['b', 'still']);
    stage.server.emit('token', 'c');
    await stage.frame();
    expect(answer.last).toEqual(['c', 'streaming', 'gap']);
  });

  it('joins its channel, from the start, and leaves it', async () => {
    const { server } = stage;
    const answer = createProbe(() =>
      shownOf(
        useWsText(['token', 'end'], {
          channel: 'answer:1',
          from: 'start',
          done: ({ event }) => event === 'end',
        }),
      ),
    );
    const first = stage.mount(inWire(<answer.Probe />));
    await stage.pass();
    for (const piece of ['Once ', 'upon ']) server.publish('answer:1', 'token', piece);
    server.publish('answer:2', 'token', 'another ');
    await stage.frame();
    expect(answer.last).toEqual(['Once upon ', 'streaming']);
    first.rerender(inWire(null));
    await stage.pass(2_000);
    expect(server.members('answer:1')).toHaveLength(0);
    server.publish('answer:1', 'token', 'a ');
    first.unmount();
    await stage.pass(2_000);
    // A reload.
    stage.mount(inWire(<answer.Probe />));
    await stage.pass(100);
    server.publish('answer:1', 'token', 'time');
    server.publish('answer:1', 'end', {});
    await stage.frame();
    expect(answer.last).toEqual(['Once upon a time', 'still']);
  });

  it('says so if it comes too late for the start, because the channel is joined', async () => {
    const useAnswer = (): unknown => shownOf(useWsText('token', { channel: 'answer:1', from: 'start' }));
    const [first, second] = [createProbe(useAnswer), createProbe(useAnswer)];
    const page = stage.mount(
      inWire(
        <>
          <first.Probe />
          {null}
        </>,
      ),
    );
    await stage.pass();
    stage.server.publish('answer:1', 'token', 'a');
    await stage.frame();
    page.rerender(
      inWire(
        <>
          <first.Probe />
          <second.Probe />
        </>,
      ),
    );
    stage.server.publish('answer:1', 'token', 'b');
    await stage.frame();
    expect(first.last).toEqual(['ab', 'streaming']);
    expect(second.last).toEqual(['b', 'streaming', 'gap']);
  });

  it('waits while there is no channel', async () => {
    const answer = createProbe(() => useWsText('token', { channel: undefined, from: 'start' }).text);
    stage.mount(inWire(<answer.Probe />));
    await stage.pass();
    stage.server.emit('token', 'a');
    await stage.frame();
    expect(answer.values).toEqual(['']);
  });

  it.each([{ from: 5 }, { from: { last: 0 } }, { channel: 7 }])('refuses %o', (options) => {
    const Page = (): ReactNode => useWsText('token', { channel: 'a', ...options } as never).text;
    expect(() => stage.renderToString(inWire(<Page />))).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
