/** The model behaves as a Mattermost server's sources say, in every point that the other tests rely on. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createMattermostModel,
  type MattermostModel,
  type ModelOptions,
  type Upgraded,
} from './model/server.ts';

interface Visitor {
  readonly got: Record<string, unknown>[];
  /** `cut`, or `close` with its code. */
  readonly ends: string[];
  send(frame: object): void;
  readonly link: Upgraded;
}

function visit(model: MattermostModel, query: string): Visitor {
  const got: Record<string, unknown>[] = [];
  const ends: string[] = [];
  const link = model.upgrade(`/api/v4/websocket${query}`, {
    send: (frame) => got.push(JSON.parse(frame)),
    close: (code) => ends.push(`close ${code}`),
    cut: () => ends.push('cut'),
  });
  return { got, ends, link, send: (frame) => link.receive(JSON.stringify(frame)) };
}

function model(options: ModelOptions = { cookie: true }): MattermostModel {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  return createMattermostModel(options);
}

const fresh = '?connection_id=&sequence_number=0';

function idOf({ got }: Visitor): string {
  const { connection_id } = (got[0]?.['data'] ?? {}) as { readonly connection_id?: string };
  return connection_id ?? 'none';
}

describe('authentication', () => {
  const challenge = (token: string) => ({ action: 'authentication_challenge', seq: 1, data: { token } });

  it('with a challenge sends hello, then the reply', () => {
    const visitor = visit(model({}), fresh);
    visitor.send(challenge('xoxo'));
    expect(visitor.got).toMatchObject([
      { event: 'hello', seq: 0 },
      { status: 'OK', seq_reply: 1 },
    ]);
  });

  it('with a wrong token drops the link without a close frame', () => {
    const visitor = visit(model({}), fresh);
    visitor.send(challenge('no'));
    expect([visitor.got, visitor.ends]).toEqual([[], ['cut']]);
  });

  it('a second time gets no reply', () => {
    const visitor = visit(model(), fresh);
    visitor.send(challenge('xoxo'));
    expect(visitor.got).toMatchObject([{ event: 'hello' }]);
  });

  it('that does not come within 5 s ends the link', () => {
    const visitor = visit(model({}), fresh);
    visitor.send({ action: 'ping', seq: 1 });
    expect(visitor.got).toMatchObject([{ status: 'FAIL', seq_reply: 1, error: { status_code: 401 } }]);
    vi.advanceTimersByTime(5_000);
    expect(visitor.ends).toEqual(['cut']);
  });
});

describe('requests', () => {
  it('without a number are refused without one', () => {
    const visitor = visit(model(), fresh);
    visitor.send({ action: 'ping', seq: 0 });
    expect(visitor.got.at(-1)).toEqual({
      status: 'FAIL',
      error: expect.objectContaining({ status_code: 400 }),
    });
  });

  it('of over 8,192 bytes, or that are not JSON, end the link', () => {
    const long = visit(model(), fresh);
    long.send({ action: 'ping', seq: 1, data: 'x'.repeat(8_192) });
    expect(long.ends).toEqual(['close 1009']);
    const broken = visit(model(), fresh);
    broken.link.receive('{');
    expect(broken.ends).toEqual(['cut']);
  });
});

describe('a resume', () => {
  /** Connects, receives hello and `events` more, and loses the link. Returns the connection id. */
  const left = (server: MattermostModel, events: number): string => {
    const first = visit(server, fresh);
    for (let event = 0; event < events; event += 1) server.emit('typing');
    first.link.gone();
    return idOf(first);
  };
  const seqs = ({ got }: Visitor): unknown[] => got.map(({ seq }) => seq);

  it('replays the sent events, then the waiting ones', () => {
    const server = model();
    const id = left(server, 3);
    server.emit('posted');
    const visitor = visit(server, `?connection_id=${id}&sequence_number=2`);
    expect(seqs(visitor)).toEqual([2, 3, 4]);
  });

  it('sends nothing if nothing was missed', () => {
    const server = model();
    const id = left(server, 3);
    expect(visit(server, `?connection_id=${id}&sequence_number=4`).got).toEqual([]);
  });

  it('of more than is kept starts a new session on the same link, then sends the waiting events', () => {
    const server = model();
    const id = left(server, 200);
    server.emit('posted');
    const visitor = visit(server, `?connection_id=${id}&sequence_number=5`);
    expect(visitor.got).toMatchObject([
      { event: 'hello', seq: 0 },
      { event: 'posted', seq: 1 },
    ]);
    expect(idOf(visitor)).not.toBe(id);
  });

  it('with 0 starts the numbers again, without a hello', () => {
    const server = model();
    const id = left(server, 3);
    const visitor = visit(server, `?connection_id=${id}&sequence_number=0`);
    server.emit('posted');
    expect(visitor.got).toMatchObject([{ event: 'posted', seq: 0 }]);
  });

  it.each([
    ['of an unknown id', 'a'.repeat(26)],
    ['of a connection that still has its link', null],
  ])('%s starts a new session', (_, unknown) => {
    const server = model();
    const id = unknown ?? idOf(visit(server, fresh));
    expect(visit(server, `?connection_id=${id}&sequence_number=1`).got).toMatchObject([
      { event: 'hello', seq: 0 },
    ]);
  });

  it('with a challenge alone starts a new session', () => {
    const server = model({});
    const first = visit(server, fresh);
    first.send({ action: 'authentication_challenge', seq: 1, data: { token: 'xoxo' } });
    first.link.gone();
    const second = visit(server, `?connection_id=${idOf(first)}&sequence_number=1`);
    second.send({ action: 'authentication_challenge', seq: 1, data: { token: 'xoxo' } });
    expect(second.got[0]).toMatchObject({ event: 'hello', seq: 0 });
    expect(idOf(second)).not.toBe(idOf(first));
  });

  it.each(['?connection_id=short&sequence_number=1', `?connection_id=${'a'.repeat(26)}`])(
    'with an impossible id drops the link: %s',
    (query) => {
      expect(visit(model(), query).ends).toEqual(['cut']);
    },
  );
});
