/** An app that registers events, messages and requests: every hook, stream, handler, reducer and schema knows them. */
import {
  createWebSocketService,
  type EventName,
  type EventOf,
  type SendResult,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  WebSocketProvider,
} from 'everwire';
import * as core from 'everwire/core';
import { z } from 'zod';
import { type Post, schemas } from './register.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

true satisfies Equal<EventName, 'posted' | 'typing' | 'counted' | 'hello'>;
true satisfies Equal<EventOf<'posted'>['data'], Post>;
true satisfies Equal<EventOf<'counted'>['data'], number>;
true satisfies Equal<core.EventName, EventName>;

export function App() {
  return (
    <WebSocketProvider url="/ws" schemas={schemas}>
      <Page />
    </WebSocketProvider>
  );
}

export function Misuse() {
  return (
    <>
      <WebSocketProvider
        url="/ws"
        schemas={{
          // @ts-expect-error what it makes is no post
          posted: z.object({ id: z.number(), text: z.string() }),
        }}
      />
      <WebSocketProvider
        url="/ws"
        schemas={{
          // @ts-expect-error no such event
          psoted: schemas.posted,
        }}
      />
    </>
  );
}

function Page() {
  const post: Post | undefined = useWsEvent('posted')?.data;
  const user: string | undefined = useWsEvent('typing', {
    where: ({ data }) => data.user !== 'me',
    select: ({ data }) => data.user,
  });
  const posts: readonly Post[] = useWsEvents('posted').map((event) => event.data);
  const letters: number = useWsReducer('counted', (sum, { data }) => sum + data, 0);
  const names = useWsReducer(['posted', 'typing'], nameOf, '');
  useWsEventHandler(['posted', 'typing'], (event) => {
    switch (event.event) {
      case 'posted':
        return event.data.text satisfies string;
      case 'typing':
        return event.data.user satisfies string;
      default:
        return event satisfies never;
    }
  });

  // @ts-expect-error no such event
  useWsEvent('psoted');
  // @ts-expect-error no such event
  useWsEventHandler(['posted', 'tpying'], () => undefined);
  // @ts-expect-error no such event
  useWsEvents('psoted');
  // @ts-expect-error no such event
  useWsReducer('psoted', (sum: number) => sum, 0);
  // @ts-expect-error no such field
  useWsEvent('posted')?.data.message;
  // @ts-expect-error no such field
  useWsEvent('typing', { where: ({ data }) => data.name === 'me' });
  // @ts-expect-error a reducer returns a state
  useWsReducer('posted', (sum: number) => String(sum), 0);
  return `${post?.text} ${user} ${posts.length} ${letters} ${names}`;
}

function nameOf(_: string, event: EventOf<'posted' | 'typing'>): string {
  return event.event === 'posted' ? event.data.id : event.data.user;
}

export function useTraffic() {
  const send = useWsSend();
  const request = useWsRequest();
  const sent: SendResult = send('say', { text: 'hello' });
  send('leave');
  const sum: Promise<number> = request('add', { a: 1, b: 2 }, { timeout: 500 });
  const history: Promise<readonly Post[]> = request('history');
  const signal = new AbortController().signal;
  request('history', undefined, { signal }).then((list) => list satisfies readonly Post[]);

  // @ts-expect-error no such message
  send('sya', { text: 'hello' });
  // @ts-expect-error no such field
  send('say', { txet: 'hello' });
  // @ts-expect-error it carries something
  send('say');
  // @ts-expect-error no such request
  request('sub', { a: 1, b: 2 });
  // @ts-expect-error numbers
  request('add', { a: '1', b: 2 });
  // @ts-expect-error a number comes back
  const text: Promise<string> = request('add', { a: 1, b: 2 });
  return { sent, sum, history, text };
}

export function outsideReact() {
  const service = createWebSocketService();
  service.event$('posted').subscribe(({ data }) => data.text satisfies string);
  service.event$(['posted', 'typing']).subscribe((event) => event.event satisfies 'posted' | 'typing');
  void service.request('add', { a: 1, b: 2 }).then((sum) => sum satisfies number);
  core.websocketService.send('say', { text: 'hello' });
  service.connect({ url: '/ws', schemas });
  // @ts-expect-error no such event
  service.event$('psoted');
  // @ts-expect-error no such event
  core.websocketService.event$('psoted');
  // @ts-expect-error no such message
  service.send('sya');
}
