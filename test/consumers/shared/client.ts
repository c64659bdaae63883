/** The client's side. */
import { useWsEvent, useWsRequest, useWsSend } from 'everwire';
import type { App } from './app.js';

declare module 'everwire' {
  interface Register extends App {}
}

export function useRoom(): { text: string | undefined; sum: Promise<number> } {
  const text = useWsEvent('posted')?.data.text;
  useWsSend()('say', { text: 'Hello' });
  // says: Argument of type '"sya"' is not assignable to parameter of type '"say"'
  useWsSend()('sya', { text: 'Hello' });
  // says: Argument of type '"ad"' is not assignable to parameter of type '"add"'
  useWsRequest()('ad', { a: 1, b: 2 });
  return { text, sum: useWsRequest()('add', { a: 1, b: 2 }) };
}
