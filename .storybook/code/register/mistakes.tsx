// Five mistakes that the compiler finds, and the line below each says how.

import { useWsEvent, useWsEventHandler, useWsRequest, useWsSend } from 'everwire';

export function Mistakes() {
  const shipped = useWsEvent('shiped');
  useWsEventHandler('shipped', ({ data }) => data.parcel);
  const send = useWsSend();
  send('say', { txt: 'Hello' });
  const request = useWsRequest();
  request('add', { a: 20, b: '22' });
  request('add', { a: 20, b: 22 }).then((sum) => sum.toUpperCase());
  return shipped;
}
