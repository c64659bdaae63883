/**
 * A wrong name or field is a compile error that lists the right ones. The error on the line below each `says:` has to
 * contain these words, in every supported version of TypeScript.
 */
import {
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  WebSocketProvider,
  websocketService,
} from 'everwire';
import { z } from 'zod';
import { schemas } from './register.js';

export function useNames() {
  // says: Argument of type '"psoted"' is not assignable to parameter of type
  // says: "typing"
  useWsEvent('psoted');
  // says: Type '"tpying"' is not assignable to type
  // says: Did you mean '"typing"'?
  useWsEventHandler(['posted', 'tpying'], () => undefined);
  // says: Argument of type '"psoted"' is not assignable to parameter of type
  // says: "posted" | "typing" | "counted" | "hello"
  useWsEvents('psoted');
  // says: Argument of type '"psoted"' is not assignable to parameter of type
  // says: "posted" | "typing" | "counted" | "hello"
  useWsReducer('psoted', (sum: number) => sum, 0);
  // says: Argument of type '"psoted"' is not assignable to parameter of type
  // says: "posted" | "typing" | "counted" | "hello"
  websocketService.event$('psoted');
}

export function useData() {
  // says: Property 'txet' does not exist on type '{ id: string; text: string; }'
  useWsEvent('posted')?.data.txet;
  // says: Property 'txet' does not exist on type '{ id: string; text: string; }'
  useWsEvent('posted', { select: ({ data }) => data.txet });
  // says: Type 'string' is not assignable to type 'number'
  useWsReducer('counted', (sum: number) => `${sum}`, 0);
}

export function useTraffic() {
  const send = useWsSend();
  const request = useWsRequest();
  // says: Argument of type '"sya"' is not assignable to parameter of type '"say" | "leave"'
  send('sya', { text: 'hello' });
  // says: 'txet' does not exist in type '{ text: string; }'
  send('say', { txet: 'hello' });
  // says: Expected 2 arguments, but got 1
  send('say');
  // says: Argument of type '{ text: string; }' is not assignable to parameter of type 'undefined'
  send('leave', { text: 'bye' });
  // says: Argument of type '"sub"' is not assignable to parameter of type '"add" | "history"'
  request('sub', { a: 1, b: 2 });
  // says: Type 'string' is not assignable to type 'number'
  request('add', { a: '1', b: 2 });
  // says: Property 'b' is missing in type '{ a: number; }' but required in type '{ a: number; b: number; }'
  request('add', { a: 1 });
  // says: 'timout' does not exist in type 'RequestOptions'. Did you mean to write 'timeout'?
  request('add', { a: 1, b: 2 }, { timout: 5 });
  // says: Type 'Promise<number>' is not assignable to type 'Promise<string>'
  const sum: Promise<string> = request('add', { a: 1, b: 2 });
  return sum;
}

export function Schemas() {
  return (
    <>
      <WebSocketProvider
        url="/ws"
        schemas={{
          // says: 'psoted' does not exist in type
          psoted: schemas.posted,
        }}
      />
      <WebSocketProvider
        url="/ws"
        schemas={{
          // says: The types of 'value.id' are incompatible between these types
          // says: Type 'number' is not assignable to type 'string'
          posted: z.object({ id: z.number(), text: z.string() }),
        }}
      />
      {/* no such option */}
      <WebSocketProvider
        url="/ws"
        // says: Property 'reconectDelay' does not exist on type
        // says: Did you mean 'reconnectDelay'?
        reconectDelay={5}
      />
    </>
  );
}
