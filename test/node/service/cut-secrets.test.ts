/** Text of a server is tidied, then cleaned of secrets, then cut: no order of these may leave a secret, or a part of one. */
import type { IWebSocketConfig, Protocol } from 'everwire/core';
import { envelopeProtocol } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BareSocket } from '../../support/bare-socket.ts';
import { record } from '../../support/service.ts';

const TOKEN = 'secret-of-ann-0123456789-abcdefghij-klmnopqrst';

/** As a server can write it: what is removed from the text, or cut off, may be in the middle of the token. */
const writings: readonly (readonly [string, string])[] = [
  ['over a line break', `${TOKEN.slice(0, 9)}\n${TOKEN.slice(9)}`],
  ['over CR and LF, in every place', [...TOKEN].join('\r\n')],
  ['with a line separator inside', `${TOKEN.slice(0, 9)}\u2028${TOKEN.slice(9)}`],
  ['with an invisible character inside', `${TOKEN.slice(0, 9)}\u200d${TOKEN.slice(9)}`],
  ['with a sign that turns text around inside', `${TOKEN.slice(0, 9)}\u202e${TOKEN.slice(9)}`],
  ['with a zero character inside', `${TOKEN.slice(0, 9)}\0${TOKEN.slice(9)}`],
];

/** Before the text, so that a limit cuts the token in the middle. */
const paddings = [0, 1, 20, 30, 39, 80, 100, 110, 118, 122, 900, 960, 990, 999];

const texts = [
  ...writings.map(([how, written]) => [how, `it said ${written} to us`] as const),
  ...paddings.map((length) => [`after ${length} characters`, `${'.'.repeat(length)}${TOKEN}`] as const),
  ['as often as it fits', TOKEN.repeat(100)] as const,
  ['as often as it fits, over line breaks', `${TOKEN.slice(0, 9)}\n${TOKEN.slice(9)}`.repeat(100)] as const,
];

/** Any five characters in a row of the token, which no other text has. */
function partsIn(text: string): string[] {
  const parts = Array.from({ length: TOKEN.length - 4 }, (_, at) => TOKEN.slice(at, at + 5));
  return parts.filter((part) => text.includes(part));
}

/** A service over a socket that the test closes and speaks through. */
async function connected(more: Partial<IWebSocketConfig> = {}, token: string = TOKEN) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let socket: Socket | undefined;
  class Socket extends BareSocket {
    constructor() {
      super();
      socket = this;
    }
  }
  const logged: unknown[] = [];
  const log = (...words: unknown[]): void => void logged.push(words);
  const logger = { debug: log, info: log, warn: log, error: log };
  const recorded = record();
  const config = { url: 'ws://h.test', token, WebSocket: Socket, random: () => 0, logger };
  recorded.service.connect({ ...config, ...more });
  await vi.advanceTimersByTimeAsync(10);
  return {
    ...recorded,
    say: (frame: unknown) => socket?.receive(frame),
    close: (reason: string) => socket?.onclose?.({ code: 4_999, reason, wasClean: true } as never),
    /** Everything that an app or its log shows. */
    shown(): string {
      const { lastClose, error } = recorded.service.store.getState();
      const errors = [error, ...recorded.errors].map((one) => [one?.message, one?.details, one?.cause]);
      return JSON.stringify([lastClose, errors, logged]);
    },
  };
}

describe.each(texts)('a token that a server writes %s', (_, text) => {
  it('is not in the error of a request that it refuses', async () => {
    const { service, say } = await connected();
    const failed = service.request('a').catch((error: unknown) => error as Error);
    say({ seq_reply: 1, status: 'FAIL', error: { message: text, id: 'app.error', [text]: [text] } });
    const error = (await failed) as Error & { details: unknown };
    expect(error.message).toContain('The server refused "a"');
    expect(partsIn(error.message)).toEqual([]);
    const details = JSON.stringify(error.details);
    expect(details).toContain('app.error');
    expect(partsIn(details)).toEqual([]);
  });

  it('is not in the reason of a close', async () => {
    const { service, close, shown } = await connected();
    close(text);
    expect(service.store.getState().lastClose).toMatchObject({ code: 4_999 });
    expect(partsIn(shown())).toEqual([]);
  });

  it('is not in the reason that a protocol gives for the end of a link', async () => {
    const protocol: Protocol = {
      ...envelopeProtocol,
      name: 'ends',
      decode: () => ({ kind: 'closed', code: 4_998, reason: text }),
    };
    const { service, say, shown } = await connected({ protocol });
    say({});
    expect(service.store.getState().lastClose).toMatchObject({ code: 4_998 });
    expect(partsIn(shown())).toEqual([]);
  });

  it('is not in the report of a closePolicy that returns the reason', async () => {
    const { errors, close, shown } = await connected({ closePolicy: ({ reason }) => reason as 'retry' });
    close(text);
    expect(errors.map(({ code }) => code)).toContain('handler-failed');
    expect(partsIn(shown())).toEqual([]);
  });
});

it('a long token that is repeated is not in the reason of a close either', async () => {
  const long = TOKEN.repeat(9);
  const { close, shown } = await connected({}, long);
  close(long.repeat(40));
  expect(partsIn(shown())).toEqual([]);
});
