/** Does a channel hand every value to those who were subscribed when it came, and to nobody else? */
import { describe, expect, it } from 'vitest';
import { type Channel, createChannel } from '../../../src/stream/channel.ts';

function setUp(): {
  channel: Channel<number>;
  heard: string[];
  hear: (who: string) => (value: number) => void;
} {
  const heard: string[] = [];
  const channel = createChannel<number>((thrown, names) => heard.push(`${thrown} in ${names ?? 'all'}`));
  return { channel, heard, hear: (who) => (value) => void heard.push(`${who}${value}`) };
}

describe('a channel', () => {
  it('hands a value to everyone, in the order of their subscribing', () => {
    const { channel, heard, hear } = setUp();
    channel.subscribe(hear('a'));
    channel.subscribe(hear('b'));
    channel.next(1);
    expect(heard).toEqual(['a1', 'b1']);
  });

  it('keeps nothing for those who come later', () => {
    const { channel, heard, hear } = setUp();
    channel.next(1);
    channel.subscribe(hear('a'));
    channel.next(2);
    expect(heard).toEqual(['a2']);
  });

  it('hands a named value once to those who asked for its name, and to those who asked for all', () => {
    const { channel, heard, hear } = setUp();
    channel.subscribe(hear('xy'), ['x', 'x', 'y']);
    channel.subscribe(hear('z'), ['z']);
    channel.subscribe(hear('all'));
    channel.next(1, 'x');
    channel.next(2, 'z');
    channel.next(3);
    expect(heard).toEqual(['all1', 'xy1', 'all2', 'z2', 'all3']);
  });

  it('starts with the next value for whoever subscribes during one', () => {
    const { channel, heard, hear } = setUp();
    const stop = channel.subscribe(() => {
      stop();
      channel.subscribe(hear('all'));
      channel.subscribe(hear('x'), ['x']);
    });
    channel.next(1, 'x');
    channel.next(2, 'x');
    expect(heard).toEqual(['all2', 'x2']);
  });

  it('hands a value that comes during another to whoever has subscribed by then', () => {
    const { channel, heard, hear } = setUp();
    const stop = channel.subscribe(() => {
      stop();
      channel.subscribe(hear('late'));
      channel.next(2);
    });
    channel.next(1);
    expect(heard).toEqual(['late2']);
  });

  it('hands nothing more to whoever unsubscribes during a value, and skips nobody else', () => {
    const { channel, heard, hear } = setUp();
    const stops = [
      channel.subscribe((value) => {
        hear('first')(value);
        for (const stop of stops) stop();
      }),
      channel.subscribe(hear('later')),
      channel.subscribe(hear('later, by name'), ['x']),
    ];
    channel.subscribe(hear('last'));
    channel.next(1, 'x');
    channel.next(2, 'x');
    expect(heard).toEqual(['first1', 'last1', 'last2']);
  });

  it('reports a handler that throws or rejects, and goes on', async () => {
    const { channel, heard, hear } = setUp();
    channel.subscribe(() => {
      throw new Error('no');
    });
    channel.subscribe(() => Promise.reject('rejected'), ['x', 'y']);
    channel.subscribe(hear('b'));
    channel.next(1, 'x');
    await Promise.resolve();
    expect(heard).toEqual(['Error: no in all', 'b1', 'rejected in x,y']);
  });
});
