/** Does a channel hand every value to those who were subscribed when it came, and to nobody else? */
import { Subscription, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createChannel } from '../../../src/stream/channel.ts';

describe('a channel', () => {
  it('hands a value to everyone, in the order of their subscribing', () => {
    const channel = createChannel<number>();
    const heard: string[] = [];
    channel.stream$.subscribe((value) => heard.push(`a${value}`));
    channel.stream$.subscribe((value) => heard.push(`b${value}`));
    channel.next(1);
    expect(heard).toEqual(['a1', 'b1']);
  });

  it('keeps nothing for those who come later', () => {
    const channel = createChannel<number>();
    const heard: number[] = [];
    channel.next(1);
    channel.stream$.subscribe((value) => heard.push(value));
    channel.next(2);
    expect(heard).toEqual([2]);
  });

  it('hands a named value once to those who asked for its name, and to those who asked for all', () => {
    const channel = createChannel<number>();
    const heard: string[] = [];
    channel.named$(['x', 'x', 'y']).subscribe((value) => heard.push(`xy${value}`));
    channel.named$(['z']).subscribe((value) => heard.push(`z${value}`));
    channel.stream$.subscribe((value) => heard.push(`all${value}`));
    channel.next(1, 'x');
    channel.next(2, 'z');
    channel.next(3);
    expect(heard).toEqual(['all1', 'xy1', 'all2', 'z2', 'all3']);
  });

  it('starts with the next value for whoever subscribes during one', () => {
    const channel = createChannel<number>();
    const heard: string[] = [];
    channel.stream$.pipe(take(1)).subscribe(() => {
      channel.stream$.subscribe((value) => heard.push(`all${value}`));
      channel.named$(['x']).subscribe((value) => heard.push(`x${value}`));
    });
    channel.next(1, 'x');
    channel.next(2, 'x');
    expect(heard).toEqual(['all2', 'x2']);
  });

  it('hands nothing more to whoever unsubscribes during a value, and skips nobody else', () => {
    const channel = createChannel<number>();
    const heard: string[] = [];
    const later = new Subscription();
    const first = channel.stream$.subscribe(() => {
      heard.push('first');
      first.unsubscribe();
      later.unsubscribe();
    });
    later.add(channel.stream$.subscribe(() => heard.push('later')));
    later.add(channel.named$(['x']).subscribe(() => heard.push('later, by name')));
    channel.stream$.subscribe(() => heard.push('last'));
    channel.next(1, 'x');
    channel.next(2, 'x');
    expect(heard).toEqual(['first', 'last', 'last']);
  });

  it('completes everyone once, and whoever comes later at once', () => {
    const channel = createChannel<number>();
    const heard: string[] = [];
    const completing = (name: string) => ({
      next: () => heard.push(`${name} hears`),
      complete: () => heard.push(`${name} ends`),
    });
    channel.stream$.subscribe(completing('all'));
    channel.named$(['x', 'y']).subscribe(completing('xy'));
    channel.complete();
    channel.complete();
    channel.next(1, 'x');
    channel.stream$.subscribe(completing('late'));
    channel.named$(['x']).subscribe(completing('late x'));
    expect(heard).toEqual(['all ends', 'xy ends', 'late ends', 'late x ends']);
  });

  it('completes those who are left when one ends the others', () => {
    const channel = createChannel<number>();
    const heard: string[] = [];
    const others = new Subscription();
    channel.named$(['x']).subscribe({ complete: () => others.unsubscribe() });
    others.add(channel.named$(['x', 'y']).subscribe({ complete: () => heard.push('ended by another') }));
    channel.named$(['y']).subscribe({ complete: () => heard.push('left') });
    channel.complete();
    expect(heard).toEqual(['left']);
  });
});
