/** The event stream dispatches each value to the subscribers of that moment, and to no others. */

import { runInNewContext } from 'node:vm';
import { filter, firstValueFrom, type Observable, Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createEventStream, type EventStream } from '../../../src/stream/event-stream.ts';

function setUp(): {
  stream: EventStream<number>;
  received: string[];
  receive: (who: string) => (value: number) => void;
  hear: (who: string, ...names: readonly string[]) => Subscription;
} {
  const received: string[] = [];
  const stream = createEventStream<number>((thrown, names) =>
    received.push(`${thrown} in ${names ?? 'all'}`),
  );
  const receive = (who: string) => (value: number) => void received.push(`${who}${value}`);
  const slice = (names: readonly string[]): Observable<number> =>
    names.length === 0 ? stream.all$ : stream.named$(names);
  return { stream, received, receive, hear: (who, ...names) => slice(names).subscribe(receive(who)) };
}

describe('an event stream', () => {
  it('calls all subscribers, in the order in which they subscribed', () => {
    const { stream, received, hear } = setUp();
    hear('a');
    hear('b');
    stream.next(1);
    expect(received).toEqual(['a1', 'b1']);
  });

  it('replays nothing to a later subscriber', () => {
    const { stream, received, hear } = setUp();
    stream.next(1);
    hear('a');
    stream.next(2);
    expect(received).toEqual(['a2']);
  });

  it('dispatches a named value once to each subscriber of its name and of all', () => {
    const { stream, received, hear } = setUp();
    hear('xy', 'x', 'x', 'y');
    hear('z', 'z');
    hear('all');
    stream.next(1, 'x');
    stream.next(2, 'z');
    stream.next(3);
    expect(received).toEqual(['all1', 'xy1', 'all2', 'z2', 'all3']);
  });

  it('starts with the next value for a subscriber that is added during a dispatch', () => {
    const { stream, received, hear } = setUp();
    const first = stream.all$.subscribe(() => {
      first.unsubscribe();
      hear('all');
      hear('x', 'x');
    });
    stream.next(1, 'x');
    stream.next(2, 'x');
    expect(received).toEqual(['all2', 'x2']);
  });

  it('dispatches a nested value to the subscribers of that moment', () => {
    const { stream, received, hear } = setUp();
    const first = stream.all$.subscribe(() => {
      first.unsubscribe();
      hear('late');
      stream.next(2);
    });
    stream.next(1);
    expect(received).toEqual(['late2']);
  });

  it('sends nothing more to a subscriber that is removed during a dispatch, and skips no other', () => {
    const { stream, received, receive, hear } = setUp();
    const all = new Subscription();
    all.add(
      stream.all$.subscribe((value) => {
        receive('first')(value);
        all.unsubscribe();
      }),
    );
    all.add(hear('later'));
    all.add(hear('later, by name', 'x'));
    hear('last');
    stream.next(1, 'x');
    stream.next(2, 'x');
    expect(received).toEqual(['first1', 'last1', 'last2']);
  });

  it('reports a handler that throws or rejects, and calls the others', async () => {
    const { stream, received, hear } = setUp();
    stream.all$.subscribe(() => {
      throw new Error('no');
    });
    stream.named$(['x', 'y']).subscribe(() => Promise.reject('rejected'));
    hear('b');
    stream.next(1, 'x');
    await Promise.resolve();
    expect(received).toEqual(['Error: no in all', 'b1', 'rejected in x,y']);
  });

  /** Not written as a literal: an object with a `then` is a trap where it is not meant as a promise. */
  const withThen = (then: unknown): object => Object.fromEntries([['then', then]]);

  it.each<[string, () => unknown]>([
    ['a promise of another realm', () => runInNewContext("Promise.reject('rejected')")],
    [
      'a promise of another library',
      () => withThen((_: unknown, reject: (why: string) => void) => reject('rejected')),
    ],
  ])('reports %s that rejects', async (_, handler) => {
    const { stream, received } = setUp();
    stream.named$(['x']).subscribe(handler);
    stream.next(1, 'x');
    await new Promise(setImmediate);
    expect(received).toEqual(['rejected in x']);
  });

  it.each([null, 5, withThen(5), []])('ignores %o that a handler returns', (result) => {
    const { stream, received } = setUp();
    stream.all$.subscribe(() => result);
    stream.next(1);
    expect(received).toEqual([]);
  });

  it('can be composed with operators, which unsubscribe from it', async () => {
    const { stream, received, receive } = setUp();
    const even = stream
      .named$(['x'])
      .pipe(filter((value) => value % 2 === 0))
      .subscribe(receive('even'));
    const first = firstValueFrom(stream.all$);
    stream.next(1, 'x');
    stream.next(2, 'x');
    even.unsubscribe();
    stream.next(4, 'x');
    expect(received).toEqual(['even2']);
    expect(await first).toBe(1);
  });

  it('completes every subscriber once, and later ones at once', () => {
    const { stream, received } = setUp();
    const complete = (who: string) => ({ next: () => undefined, complete: () => void received.push(who) });
    const subscriptions = [
      stream.all$.subscribe(complete('all')),
      stream.named$(['x', 'y']).subscribe(complete('two names')),
      stream.named$([]).subscribe(complete('no name')),
      stream.named$(['x']).pipe(filter(Boolean)).subscribe(complete('operator')),
      stream.all$.subscribe({
        next: () => undefined,
        complete: () => {
          throw new Error('no');
        },
      }),
    ];
    stream.all$.subscribe(complete('removed')).unsubscribe();
    stream.complete();
    stream.complete();
    subscriptions.push(stream.named$(['x']).subscribe(complete('late')));
    stream.next(1, 'x');
    expect(received.sort()).toEqual(['Error: no in all', 'all', 'late', 'no name', 'operator', 'two names']);
    expect(subscriptions.every(({ closed }) => closed)).toBe(true);
  });

  it('accepts the observers that RxJS accepts', () => {
    const { stream, received } = setUp();
    stream.all$.subscribe();
    stream.all$.subscribe({});
    class Counter {
      count = 0;
      next(value: number): void {
        this.count += value;
        received.push(`count ${this.count}`);
      }
    }
    stream.all$.subscribe(new Counter());
    stream.next(1);
    stream.next(2);
    expect(received).toEqual(['count 1', 'count 3']);
  });

  it('completes the others if a finalizer throws, and nobody who was removed meanwhile', () => {
    const { stream, received } = setUp();
    const complete = (who: string) => ({ next: () => undefined, complete: () => void received.push(who) });
    stream.all$
      .subscribe(() => undefined)
      .add(() => {
        throw new Error('no');
      });
    stream.all$.subscribe({ next: () => undefined, complete: () => removed.unsubscribe() });
    const removed = stream.all$.subscribe(complete('removed'));
    stream.all$.subscribe(complete('other'));
    stream.all$.subscribe(null, null, () => received.push('third argument'));
    stream.complete();
    expect(received.slice(1)).toEqual(['other', 'third argument']);
  });
});
