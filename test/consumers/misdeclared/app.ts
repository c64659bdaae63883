/** A wrong key in `Register` is a compile error with a clear message at its first use. */
import { websocketService } from 'everwire/core';

declare module 'everwire/core' {
  interface Register {
    evnets: { posted: { text: string } };
    requests: { add: number };
  }
}

// says: Register has no \"evnets\": it knows events, messages, requests and streams
websocketService.event$('posted');
// says: In Register, requests and streams are functions: (data) => reply
void websocketService.request('add', 1);
