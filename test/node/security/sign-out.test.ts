/** Signing out leaves what docs/security.md says, for each way to do it. */
import { describe, expect, it } from 'vitest';
import { installPage } from '../../support/page.ts';
import { protocols } from './modes.ts';
import { hello, type SecurityStage, setUp } from './stage.ts';

const each = protocols.map((protocol) => [protocol.name, protocol] as const);

interface SignedIn extends SecurityStage {
  /** How each pending request ended. */
  readonly ends: readonly string[];
}

/** Ann is connected, has received an event, and waits for a reply. */
async function signIn(config: object): Promise<SignedIn> {
  const stage = setUp({ identity: 'ann', token: 'ann-4711', sendQueue: {}, ...config });
  const socket = await stage.up();
  socket.say({ event: 'posted', data: 'for Ann', seq: 1 });
  await stage.pass();
  const ends: string[] = [];
  stage.service.request('ask').catch(({ code }) => ends.push(code));
  return { ...stage, ends };
}

function shown({ service }: SecurityStage): unknown {
  const { status, reason, connectionId, lastEventId, lastEvents } = service.store.getState();
  return { status, reason, connectionId, lastEventId, names: [...lastEvents.keys()] };
}

const nothing = {
  status: 'disconnected',
  reason: 'idle',
  connectionId: null,
  lastEventId: null,
  names: [],
};

describe.each(each)('%s: a token that goes away', (_, protocol) => {
  it.each([[''], [undefined]])(
    'as %o closes the link, and clears displayed and pending data',
    async (token) => {
      const page = installPage();
      const stage = await signIn({ protocol });
      const { service, sockets, config, events, pass, ends } = stage;
      const [socket] = sockets.made;
      service.connect({ ...config, token });
      expect(shown(stage)).toEqual(nothing);
      expect(socket?.fate).toBe(1000);
      socket?.say({ event: 'posted', data: 'late', seq: 2 });
      await pass(1);
      expect(ends).toEqual(['connection-lost']);
      expect(service.send('say')).toBe('refused');
      service.reconnect();
      page.fire('online');
      page.fire('focus');
      page.fire('pageshow', { persisted: true });
      await pass(600_000);
      expect(sockets.made).toHaveLength(1);
      expect(page.listeners).toBe(0);
      expect(events.map(({ data }) => data)).not.toContain('late');
    },
  );
});

describe.each(each)('%s: another identity', (_, protocol) => {
  it('keeps no session, event, queue or request of the old one', async () => {
    const stage = await signIn({ protocol });
    const { service, sockets, config, pass, ends } = stage;
    sockets.last.hangUp(1006);
    expect(service.send('from Ann')).toBe('queued');
    service.connect({ ...config, identity: 'bob', token: 'bob-4711' });
    expect(shown(stage)).toMatchObject({ connectionId: null, lastEventId: null, names: [] });
    await pass();
    expect(ends).toEqual(['connection-lost']);
    const theirs = sockets.last;
    expect(theirs.url).not.toContain('session-1');
    theirs.accept();
    theirs.say(hello('session of Bob'));
    await pass(60_000);
    const wire = JSON.stringify([theirs.url, theirs.sent]);
    expect(wire).toContain('bob-4711');
    expect(wire).not.toMatch(/ann-4711|from Ann/);
  });
});

describe.each(each)('%s: another identity, where cookies speak', (_, protocol) => {
  it('keeps nothing of the old one either, without a token', async () => {
    const stage = await signIn({ protocol, auth: 'none', token: undefined });
    const { service, sockets, config, pass, ends } = stage;
    service.connect({ ...config, token: undefined });
    expect(stage.service.isConnected()).toBe(true);
    service.connect({ ...config, identity: 'bob' });
    expect(shown(stage)).toMatchObject({ connectionId: null, lastEventId: null, names: [] });
    await pass();
    expect(ends).toEqual(['connection-lost']);
    expect(sockets.made).toHaveLength(2);
    expect(sockets.last.url).not.toContain('session-1');
  });
});

describe.each(each)('%s: disconnect()', (_, protocol) => {
  it('ends the session, but keeps the displayed data and the token for reconnect()', async () => {
    const stage = await signIn({ protocol });
    const { service, sockets, pass, ends } = stage;
    service.disconnect();
    await pass(1);
    expect(ends).toEqual(['connection-lost']);
    expect(shown(stage)).toMatchObject({ reason: 'client', connectionId: null, names: ['hello', 'posted'] });
    service.reconnect();
    await pass();
    expect(sockets.made).toHaveLength(2);
    sockets.last.accept();
    expect(JSON.stringify([sockets.last.url, sockets.last.sent])).toContain('ann-4711');
  });
});

describe.each(each)('%s: dispose()', (_, protocol) => {
  it('is final, and leaves the displayed data in the store', async () => {
    const stage = await signIn({ protocol });
    const { service, sockets, config, pass } = stage;
    service.dispose();
    service.reconnect();
    service.connect(config);
    await pass(600_000);
    expect(sockets.made).toHaveLength(1);
    expect(shown(stage)).toMatchObject({
      status: 'disconnected',
      connectionId: null,
      names: ['hello', 'posted'],
    });
  });
});
