/** useMissedEvents calls once for each break, before the first event after it, and never for a resume. */

import { type MissedEvents, useMissedEvents, useWsEventHandler } from 'everwire';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

function watch() {
  const log: unknown[] = [];
  const notices: MissedEvents[] = [];
  const probe = createProbe(() => {
    useMissedEvents((missed) => {
      notices.push(missed);
      log.push(missed.reason);
    });
    useWsEventHandler(['hello', 'tick'], (event) => log.push(numberOf(event) ?? event.event));
  });
  return { log, notices, probe };
}

describe.each(modes)('useMissedEvents ($mode)', ({ Mode }) => {
  it('calls the handler once for a new session, before its first event', async () => {
    const { server } = stage;
    const { log, notices, probe } = watch();
    const reported: MissedEvents[] = [];
    stage.mount(
      <Mode>
        <Wire to={server} onMissedEvents={(missed) => reported.push(missed)}>
          <probe.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    const previousConnectionId = server.connections[0]?.connectionId ?? 'none';
    server.emit('tick', { n: 1 });
    await stage.pass();
    server.restart();
    await stage.pass(5_000);
    server.emit('tick', { n: 2 });
    await stage.pass();
    expect(log).toEqual(['hello', 1, 'new-session', 'hello', 2]);
    expect(notices).toEqual([
      {
        reason: 'new-session',
        expected: expect.anything(),
        received: 0,
        count: null,
        previousConnectionId,
        connectionId: server.connections[0]?.connectionId,
      },
    ]);
    expect(reported).toEqual(notices);
  });

  it('does not call the handler for the first connect or a resume', async () => {
    const { server } = stage;
    const { log, probe } = watch();
    stage.mount(
      <Mode>
        <Wire to={server}>
          <probe.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.pass();
    server.drop();
    server.emit('tick', { n: 2 });
    await stage.pass(5_000);
    server.emit('tick', { n: 3 });
    await stage.pass();
    expect(server.handshakes.map(({ outcome }) => outcome)).toEqual(['new-session', 'resumed']);
    expect(log).toEqual(['hello', 1, 2, 3]);
  });
});

describe('useMissedEvents', () => {
  it('renders nothing, and always calls the newest closure', async () => {
    const { server } = stage;
    const rounds: number[] = [];
    let round = 1;
    const probe = createProbe(() => {
      const seen = round;
      useMissedEvents(() => rounds.push(seen));
    });
    const tree = () => (
      <Wire to={server}>
        <probe.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    round = 2;
    page.rerender(tree());
    server.restart();
    await stage.pass(5_000);
    expect(rounds).toEqual([2]);
    expect(probe.renders).toBe(2);
  });

  it('reports a handler that throws or rejects, and still calls the others', async () => {
    const { server } = stage;
    const codes: string[] = [];
    const reported: string[] = [];
    const throwing = createProbe(() =>
      useMissedEvents(() => {
        throw new Error('no');
      }),
    );
    const rejecting = createProbe(() => useMissedEvents(() => Promise.reject(new Error('never'))));
    const fine = createProbe(() => useMissedEvents(({ reason }) => reported.push(reason)));
    stage.mount(
      <Wire
        to={server}
        onError={({ code }) => codes.push(code)}
        onMissedEvents={() => {
          throw new Error('nor here');
        }}
      >
        <throwing.Probe />
        <rejecting.Probe />
        <fine.Probe />
      </Wire>,
    );
    await stage.pass();
    server.restart();
    await stage.pass(5_000);
    expect(reported).toEqual(['new-session']);
    expect(codes).toEqual(['handler-failed', 'handler-failed', 'handler-failed']);
  });
});
