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
  const classifyNumber = (seq: number) =>
    follow(tracker.classify({ event: 'e', data: null, seq }), seq < 0 ? 'none' : String(seq));
  const follow = (verdict: SequenceVerdict, shown: string) => {
    if (verdict === 'resume') seen.push('resume');
    if (typeof verdict === 'string') return;
    if (verdict.missed) seen.push(verdict.missed.reason.toUpperCase());
    if (verdict.before) seen.push(`hello ${tracker.connectionId}`);
    seen.push(shown);
  };
  for (const input of script) {
    if (typeof input === 'number') classifyNumber(input);
    else if (input === 'none') classifyNumber(-1);
    else if (input === 'open') {
      const point = tracker.resumePoint();
      if (point !== null) seen.push(`from ${point.connectionId}/${point.nextSeq}`);
      tracker.onOpen();
      const missed = tracker.onConnected();
      if (missed !== null) seen.push(missed.reason.toUpperCase());
    } else if (input === 'lost') tracker.linkLost();
    else if (input === 'closed at once' || input === 'torn at once') {
      tracker.onResumeEnded(input === 'torn at once' ? 'torn' : 'closed');
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
    ['delivers events in order', ['open', 'hello:a', 1, 2, 3], ['hello a', '1', '2', '3']],
    ['starts with the number of the first event', ['open', 41, 42], ['41', '42']],
    ['drops lower numbers', ['open', 'hello:a', 1, 2, 1, 2, 0, 3], ['hello a', '1', '2', '3']],
    ['holds an event after a gap back, and resumes', ['open', 'hello:a', 1, 5], ['hello a', '1', 'resume']],
    [
      'publishes a notice for a gap where there is no id to resume with, and continues after it',
      ['open', 1, 5, 6],
      ['1', 'GAP', '5', '6'],
    ],
    ['publishes a notice for every gap of such a server', ['open', 1, 3, 5], ['1', 'GAP', '3', 'GAP', '5']],
    ['delivers events without a number', ['open', 'none', 'none'], ['none', 'none']],
    ['delivers events without a number between numbered ones', ['open', 1, 'none', 2], ['1', 'none', '2']],
    ['drops a repeated hello', ['open', 'hello:a', 'hello:a'], ['hello a']],
    [
      'treats a repeated hello as a reset if the numbers start again after it',
      ['open', 'hello:a', 1, 2, 'hello:a', 1],
      ['hello a', '1', '2', 'SEQUENCE-RESET', 'hello a', '1'],
    ],
    [
      'does the same if the number after it is that of another hello',
      ['open', 'hello:a', 1, 'hello:a', 'hello:a:1', 2],
      ['hello a', '1', 'SEQUENCE-RESET', 'hello a', 'hello a', '2'],
    ],
    [
      'treats it as a repetition if the numbers continue',
      ['open', 'hello:a', 1, 2, 'hello:a', 3, 1],
      ['hello a', '1', '2', '3'],
    ],
    [
      'treats a repeated hello without a number as a reset in the same case',
      ['open', 'hello:a:-1', 1, 2, 'hello:a:-1', 1, 2, 3],
      ['hello a', '1', '2', 'hello a', 'SEQUENCE-RESET', '1', '2', '3'],
    ],
    [
      'treats it as a reset with any lower number that follows: nothing is replayed in the middle of a link',
      ['open', 'hello:a', 1, 2, 3, 'hello:a', 2, 3, 4],
      ['hello a', '1', '2', '3', 'SEQUENCE-RESET', 'hello a', '2', '3', '4'],
    ],
    [
      'does the same if the server counts its events from 0',
      ['open', 'hello:a', 1, 2, 'hello:a', 0, 1, 2],
      ['hello a', '1', '2', 'SEQUENCE-RESET', 'hello a', '0', '1', '2'],
    ],
    [
      'does the same for a hello without a number',
      ['open', 'hello:a', 1, 2, 3, 4, 'hello:a:-1', 2, 3],
      ['hello a', '1', '2', '3', '4', 'hello a', 'SEQUENCE-RESET', '2', '3'],
    ],
    [
      'drops what was received before, after a repeated hello that continues the numbers',
      ['open', 'hello:a', 1, 2, 'hello:a:3', 1, 2, 4],
      ['hello a', '1', '2', 'hello a', '4'],
    ],
    [
      'treats the second hello of a resumed link as a reset too',
      ['open', 'hello:a', 1, 2, 'lost', 'open', 'hello:a', 3, 'hello:a', 2],
      ['hello a', '1', '2', 'from a/3', '3', 'SEQUENCE-RESET', 'hello a', '2'],
    ],
    [
      'forgets a repeated hello when another session begins',
      ['open', 'hello:a', 1, 'hello:a', 'hello:b:3', 1, 4],
      ['hello a', '1', 'NEW-SESSION', 'hello b', '4'],
    ],
    [
      'treats a hello with a new id as a new session',
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
      'publishes no notice if the numbers continue',
      ['open', 'hello:a', 1, 'lost', 'open', 2],
      ['hello a', '1', 'from a/2', '2'],
    ],
    [
      'drops events that a replay repeats',
      ['open', 'hello:a', 1, 2, 'lost', 'open', 1, 2, 3],
      ['hello a', '1', '2', 'from a/3', '3'],
    ],
    [
      'drops events that a replay repeats after a hello',
      ['open', 'hello:a', 1, 2, 3, 'lost', 'open', 'hello:a', 2, 3, 4],
      ['hello a', '1', '2', '3', 'from a/4', '4'],
    ],
    [
      'resumes again for a gap in the replay',
      ['open', 'hello:a', 1, 'lost', 'open', 4, 'lost', 'open', 2, 3, 4],
      ['hello a', '1', 'from a/2', 'resume', 'from a/2', '2', '3', '4'],
    ],
    [
      'publishes one notice for a new session',
      ['open', 'hello:a', 1, 'lost', 'open', 'hello:b', 1],
      ['hello a', '1', 'from a/2', 'NEW-SESSION', 'hello b', '1'],
    ],
    [
      'accepts a hello that continues with the same id',
      ['open', 'hello:a', 1, 'lost', 'open', 'hello:a:2', 3],
      ['hello a', '1', 'from a/2', 'hello a', '3'],
    ],
    [
      'publishes a notice if the server restarts its count with the same id',
      ['open', 'hello:a', 1, 2, 'lost', 'open', 'hello:a', 1],
      ['hello a', '1', '2', 'from a/3', 'SEQUENCE-RESET', 'hello a', '1'],
    ],
    [
      'publishes a notice at once if the server has no ids',
      ['open', 1, 2, 'lost', 'open'],
      ['1', '2', 'UNKNOWN'],
    ],
    [
      'publishes it once, with any number that follows',
      ['open', 1, 'lost', 'open', 1, 2],
      ['1', 'UNKNOWN', '1', '2'],
    ],
    [
      'publishes it for events without numbers too',
      ['open', 'none', 'lost', 'open', 'none'],
      ['none', 'UNKNOWN', 'none'],
    ],
    [
      'publishes it if there is an id but no number',
      ['open', 'hello:a:-1', 'none', 'lost', 'open', 'none'],
      ['hello a', 'none', 'UNKNOWN', 'none'],
    ],
    [
      'waits for the first event if none was ever received',
      ['open', 'lost', 'open', 'hello:a', 1],
      ['NEW-SESSION', 'hello a', '1'],
    ],
    [
      'publishes one notice for each lost link that had opened',
      ['open', 1, 'lost', 'lost', 'open', 'lost', 'open', 1],
      ['1', 'UNKNOWN', 'UNKNOWN', '1'],
    ],
    [
      'publishes no notice for links that never opened',
      ['open', 'hello:a', 1, 'lost', 'lost', 'lost', 'open', 2],
      ['hello a', '1', 'from a/2', '2'],
    ],
  ])('%s', (_, script, seen) => {
    expect(play(script)).toEqual(seen);
  });
});

describe('a session that cannot be resumed', () => {
  it.each<[string, Input[], string[]]>([
    [
      'is given up after two resumes with the same gap, with one notice',
      ['open', 'hello:a', 1, 5, 'lost', 'open', 5, 'lost', 'open', 5, 'lost', 'open', 'hello:b', 1],
      ['hello a', '1', 'resume', 'from a/2', 'resume', 'from a/2', 'resume', 'NEW-SESSION', 'hello b', '1'],
    ],
    [
      'is given up when the server closes two links right after opening',
      ['open', 'hello:a', 'lost', 'open', 'closed at once', 'open', 'closed at once', 'open', 'hello:b'],
      ['hello a', 'from a/1', 'from a/1', 'NEW-SESSION', 'hello b'],
    ],
    [
      'is given up later if the links broke: that may be the network',
      [
        ...(['open', 'hello:a', 'lost'] as const),
        ...Array.from({ length: 5 }, () => ['open', 'torn at once'] as const).flat(),
        ...(['open', 'hello:b'] as const),
      ],
      ['hello a', ...Array(5).fill('from a/1'), 'NEW-SESSION', 'hello b'],
    ],
    [
      'gets its notice with the first event if the server sends no hello',
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
      'is accepted with its gaps after three sessions that began with a gap: notices, and delivery',
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
      'starts a new count after any progress',
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
      'does not count links that were opened without its id',
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
  it('contains the expected and the received number, and how many are missing', () => {
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

  it('contains both sessions if the server started a new one', () => {
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

  it('contains a session that was given up', () => {
    const tracker = createSequenceTracker();
    play(['open', 'hello:a', 'lost', 'open', 'closed at once', 'open', 'closed at once', 'open'], tracker);
    expect(tracker.onHello({ event: 'hello', data: null, seq: 0 }, 'b')).toMatchObject({
      missed: { reason: 'new-session', expected: 1, previousConnectionId: 'a', connectionId: 'b' },
    });
  });

  it('does not contain a session that was ended on purpose: its id gives access to its events', () => {
    const tracker = createSequenceTracker();
    play(['open', 'hello:a', 1, 'end', 'open'], tracker);
    expect(JSON.stringify(tracker.onHello({ event: 'hello', data: null, seq: 0 }, 'b'))).not.toContain('"a"');
  });
});
