/** Every break gets exactly one notice, and no old event is delivered again. */
import { describe, expect, it } from 'vitest';
import {
  createSequenceTracker,
  type SequenceTracker,
  type SequenceVerdict,
} from '../../../src/stream/sequence.ts';

type Input =
  | number
  | 'none'
  | `hello:${string}`
  | 'open'
  | 'lost'
  | 'closed at once'
  | 'torn at once'
  | 'end';

/**
 * Plays a script and records what a subscriber would see: numbers, and notices in capitals. `resume` is what the
 * service sees: the event was held back. `from id/n` is what the next link is opened with.
 */
function play(script: readonly Input[], tracker: SequenceTracker = createSequenceTracker()): string[] {
  const seen: string[] = [];
  const judge = (seq: number) =>
    follow(tracker.classify({ event: 'e', data: null, seq }), seq < 0 ? 'none' : String(seq));
  const follow = (verdict: SequenceVerdict, shown: string) => {
    if (verdict === 'resume') seen.push('resume');
    if (typeof verdict === 'string') return;
    if (verdict.missed) seen.push(verdict.missed.reason.toUpperCase());
    if (verdict.before) seen.push(`hello ${tracker.connectionId}`);
    seen.push(shown);
  };
  for (const input of script) {
    if (typeof input === 'number') judge(input);
    else if (input === 'none') judge(-1);
    else if (input === 'open') {
      const point = tracker.resumePoint();
      if (point !== null) seen.push(`from ${point.connectionId}/${point.nextSeq}`);
      tracker.onOpen();
      const missed = tracker.onConnected();
      if (missed !== null) seen.push(missed.reason.toUpperCase());
    } else if (input === 'lost') tracker.linkLost();
    else if (input === 'closed at once' || input === 'torn at once') {
      tracker.onClosedAtOnce(input === 'torn at once' ? 'torn' : 'closed');
      tracker.linkLost();
    } else if (input === 'end') tracker.endSession();
    else {
      const [, id = '', seq = '0'] = input.split(':');
      const verdict = tracker.onHello(
        { event: 'hello', data: null, seq: Number(seq) },
        id === '' ? null : id,
      );
      follow(verdict, `hello ${id}`);
    }
  }
  return seen;
}

describe('within one link', () => {
  it.each<[string, Input[], string[]]>([
    ['delivers what comes in order', ['open', 'hello:a', 1, 2, 3], ['hello a', '1', '2', '3']],
    ['starts at whatever comes first', ['open', 41, 42], ['41', '42']],
    ['drops what is lower', ['open', 'hello:a', 1, 2, 1, 2, 0, 3], ['hello a', '1', '2', '3']],
    ['keeps back what comes after a gap', ['open', 'hello:a', 1, 5], ['hello a', '1', 'resume']],
    [
      'tells a gap where there is no id to resume by, and goes on after it',
      ['open', 1, 5, 6],
      ['1', 'GAP', '5', '6'],
    ],
    ['tells every gap of such a server', ['open', 1, 3, 5], ['1', 'GAP', '3', 'GAP', '5']],
    ['delivers what is not numbered', ['open', 'none', 'none'], ['none', 'none']],
    ['lets what is not numbered pass between numbers', ['open', 1, 'none', 2], ['1', 'none', '2']],
    ['drops a repeated hello', ['open', 'hello:a', 'hello:a'], ['hello a']],
    [
      'takes a hello for a reset when the numbers start again after it',
      ['open', 'hello:a', 1, 2, 'hello:a', 1],
      ['hello a', '1', '2', 'SEQUENCE-RESET', 'hello a', '1'],
    ],
    [
      'takes it for a repetition when they go on',
      ['open', 'hello:a', 1, 2, 'hello:a', 3, 1],
      ['hello a', '1', '2', '3'],
    ],
    [
      'takes one without a number for a reset likewise',
      ['open', 'hello:a:-1', 1, 2, 'hello:a:-1', 1, 2, 3],
      ['hello a', '1', '2', 'hello a', 'SEQUENCE-RESET', '1', '2', '3'],
    ],
    [
      'forgets what a hello was taken for when another session begins',
      ['open', 'hello:a', 1, 'hello:a', 'hello:b:3', 1, 4],
      ['hello a', '1', 'NEW-SESSION', 'hello b', '4'],
    ],
    [
      'takes a hello with a new id for a new session',
      ['open', 'hello:a', 1, 'hello:b', 1],
      ['hello a', '1', 'NEW-SESSION', 'hello b', '1'],
    ],
  ])('%s', (_, script, seen) => {
    expect(play(script)).toEqual(seen);
  });
});

describe('after a lost link', () => {
  it.each<[string, Input[], string[]]>([
    [
      'says nothing when the numbers go on',
      ['open', 'hello:a', 1, 'lost', 'open', 2],
      ['hello a', '1', 'from a/2', '2'],
    ],
    [
      'drops what a replay repeats',
      ['open', 'hello:a', 1, 2, 'lost', 'open', 1, 2, 3],
      ['hello a', '1', '2', 'from a/3', '3'],
    ],
    [
      'asks again for a hole in the replay',
      ['open', 'hello:a', 1, 'lost', 'open', 4, 'lost', 'open', 2, 3, 4],
      ['hello a', '1', 'from a/2', 'resume', 'from a/2', '2', '3', '4'],
    ],
    [
      'tells a new session once',
      ['open', 'hello:a', 1, 'lost', 'open', 'hello:b', 1],
      ['hello a', '1', 'from a/2', 'NEW-SESSION', 'hello b', '1'],
    ],
    [
      'accepts a hello that goes on with the same id',
      ['open', 'hello:a', 1, 'lost', 'open', 'hello:a:2', 3],
      ['hello a', '1', 'from a/2', 'hello a', '3'],
    ],
    [
      'tells that the server counts anew under the same id',
      ['open', 'hello:a', 1, 2, 'lost', 'open', 'hello:a', 1],
      ['hello a', '1', '2', 'from a/3', 'SEQUENCE-RESET', 'hello a', '1'],
    ],
    [
      'tells at once that a server without ids cannot know',
      ['open', 1, 2, 'lost', 'open'],
      ['1', '2', 'UNKNOWN'],
    ],
    ['tells that once, whatever comes then', ['open', 1, 'lost', 'open', 1, 2], ['1', 'UNKNOWN', '1', '2']],
    [
      'does so for events without numbers too',
      ['open', 'none', 'lost', 'open', 'none'],
      ['none', 'UNKNOWN', 'none'],
    ],
    [
      'does so when there is an id but no number',
      ['open', 'hello:a:-1', 'none', 'lost', 'open', 'none'],
      ['hello a', 'none', 'UNKNOWN', 'none'],
    ],
    [
      'waits for the first word when nothing was ever heard',
      ['open', 'lost', 'open', 'hello:a', 1],
      ['NEW-SESSION', 'hello a', '1'],
    ],
    [
      'tells once though the link is lost again and again',
      ['open', 1, 'lost', 'lost', 'open', 'lost', 'open', 1],
      ['1', 'UNKNOWN', 'UNKNOWN', '1'],
    ],
    [
      'says nothing of links that never opened',
      ['open', 'hello:a', 1, 'lost', 'lost', 'lost', 'open', 2],
      ['hello a', '1', 'from a/2', '2'],
    ],
  ])('%s', (_, script, seen) => {
    expect(play(script)).toEqual(seen);
  });
});

describe('a session that cannot be taken up again', () => {
  it.each<[string, Input[], string[]]>([
    [
      'is given up when it was resumed twice to the same gap, and told once',
      ['open', 'hello:a', 1, 5, 'lost', 'open', 5, 'lost', 'open', 5, 'lost', 'open', 'hello:b', 1],
      ['hello a', '1', 'resume', 'from a/2', 'resume', 'from a/2', 'resume', 'NEW-SESSION', 'hello b', '1'],
    ],
    [
      'is given up when the server closes it twice at once',
      ['open', 'hello:a', 'lost', 'open', 'closed at once', 'open', 'closed at once', 'open', 'hello:b'],
      ['hello a', 'from a/1', 'from a/1', 'NEW-SESSION', 'hello b'],
    ],
    [
      'is given up later where the links were torn: that may be the network',
      [
        ...(['open', 'hello:a', 'lost'] as const),
        ...Array.from({ length: 5 }, () => ['open', 'torn at once'] as const).flat(),
        ...(['open', 'hello:b'] as const),
      ],
      ['hello a', ...Array(5).fill('from a/1'), 'NEW-SESSION', 'hello b'],
    ],
    [
      'is told by the first event, where the server greets no more',
      ['open', 'hello:a', 'lost', 'open', 'closed at once', 'open', 'closed at once', 'open', 9],
      ['hello a', 'from a/1', 'from a/1', 'NEW-SESSION', '9'],
    ],
    [
      'is not given up while there is progress',
      [
        'open',
        'hello:a',
        2,
        'lost',
        'open',
        1,
        3,
        'lost',
        'open',
        2,
        4,
        'lost',
        'open',
        3,
        5,
        'lost',
        'open',
        4,
      ],
      [
        'hello a',
        'resume',
        'from a/1',
        '1',
        'resume',
        'from a/2',
        '2',
        'resume',
        'from a/3',
        '3',
        'resume',
        'from a/4',
        '4',
      ],
    ],
    [
      'is taken as it is when there is a gap after gap, with nothing between them: told, and delivered',
      [
        'open',
        'hello:a',
        2,
        'lost',
        'open',
        'hello:b',
        2,
        'lost',
        'open',
        'hello:c',
        2,
        'lost',
        'open',
        'hello:d',
        2,
        4,
      ],
      [
        ...['hello a', 'resume', 'from a/1', 'NEW-SESSION', 'hello b', 'resume', 'from b/1', 'NEW-SESSION'],
        ...['hello c', 'resume', 'from c/1', 'NEW-SESSION', 'hello d', 'GAP', '2', 'GAP', '4'],
      ],
    ],
    [
      'has a clean record again after any progress',
      ['open', 'hello:a', 2, 'lost', 'open', 2, 'lost', 'open', 1, 3, 'lost', 'open', 3, 'lost', 'open', 2],
      [
        'hello a',
        'resume',
        'from a/1',
        'resume',
        'from a/1',
        '1',
        'resume',
        'from a/2',
        'resume',
        'from a/2',
        '2',
      ],
    ],
    [
      'does not count links that were opened without it',
      ['open', 'closed at once', 'open', 'closed at once', 'open', 'hello:a', 1, 'lost', 'open', 2],
      ['NEW-SESSION', 'hello a', '1', 'from a/2', '2'],
    ],
  ])('%s', (_, script, seen) => {
    expect(play(script)).toEqual(seen);
  });
});

describe('after a session that was ended on purpose', () => {
  it.each<[string, Input[], string[]]>([
    ['the first session needs no notice', ['end', 'open', 'hello:a'], ['hello a']],
    [
      'the next one is new, once',
      ['open', 'hello:a', 1, 'end', 'open', 'hello:b', 1],
      ['hello a', '1', 'NEW-SESSION', 'hello b', '1'],
    ],
    [
      'even where the id is the same',
      ['open', 'hello:a', 1, 'lost', 'end', 'open', 'hello:a'],
      ['hello a', '1', 'NEW-SESSION', 'hello a'],
    ],
    ['at once, where the server has no ids', ['open', 1, 'end', 'open', 7], ['1', 'NEW-SESSION', '7']],
    [
      'by the first event, where there is no hello',
      ['open', 'hello:a', 'end', 'open', 7, 8],
      ['hello a', 'NEW-SESSION', '7', '8'],
    ],
  ])('%s', (_, script, seen) => {
    expect(play(script)).toEqual(seen);
  });
});

describe('a notice', () => {
  it('says what was expected, what came, and how many are missing', () => {
    const tracker = createSequenceTracker();
    play(['open', 1], tracker);
    expect(tracker.classify({ event: 'e', data: null, seq: 5 })).toMatchObject({
      missed: {
        reason: 'gap',
        expected: 2,
        received: 5,
        count: 3,
        previousConnectionId: null,
        connectionId: null,
      },
    });
  });

  it('names both sessions, where the server began anew', () => {
    const tracker = createSequenceTracker();
    play(['open', 'hello:a', 1, 'lost', 'open'], tracker);
    expect(tracker.onHello({ event: 'hello', data: null, seq: 0 }, 'b')).toMatchObject({
      missed: {
        reason: 'new-session',
        expected: 2,
        received: 0,
        count: null,
        previousConnectionId: 'a',
        connectionId: 'b',
      },
    });
  });

  it('names a session that was given up', () => {
    const tracker = createSequenceTracker();
    play(['open', 'hello:a', 'lost', 'open', 'closed at once', 'open', 'closed at once', 'open'], tracker);
    expect(tracker.onHello({ event: 'hello', data: null, seq: 0 }, 'b')).toMatchObject({
      missed: { reason: 'new-session', expected: 1, previousConnectionId: 'a', connectionId: 'b' },
    });
  });

  it('does not name a session that was ended on purpose: its id opens its backlog', () => {
    const tracker = createSequenceTracker();
    play(['open', 'hello:a', 1, 'end', 'open'], tracker);
    expect(JSON.stringify(tracker.onHello({ event: 'hello', data: null, seq: 0 }, 'b'))).not.toContain('"a"');
  });
});
