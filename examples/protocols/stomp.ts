/**
 * STOMP 1.2, as message brokers speak it over WebSocket.
 *
 * - `send('subscribe', { destination: '/topic/prices' })`: its messages are events named by the destination, until
 *   `send('unsubscribe', { destination })`. Subscribed to again on each new link, before the status is `connected`.
 * - `send('/queue/orders', body)` sends; `request('/queue/orders', body)` waits until the broker has it.
 *   A string is text, anything else JSON. The token is the header `passcode`. Both sides send a heartbeat.
 */
import type { Decoded, LinkProtocol } from 'everwire/core';

type Headers = Readonly<Record<string, string>>;
/** How often we can send a heartbeat, and how often we want one; ms. */
const BEAT_MS = 10_000;
const OUR_BEATS = `${BEAT_MS},${BEAT_MS}`;

export const stompProtocol: LinkProtocol = {
  name: 'stomp',
  defaultAuth: 'message',
  connectedOn: 'hello',
  target: ({ url }) => ({ url, protocols: ['v12.stomp', 'v11.stomp'] }),
  open({ auth, token, signal, send, nextId, remember, expectFrames }) {
    /** Destinations that are wanted, over all links, and their ids on this link. */
    const wanted = remember('destinations', () => new Map<string, string>());

    const subscribe = (destination: string): string => {
      const id = String(nextId());
      wanted.set(destination, id);
      return write('SUBSCRIBE', { id, destination, ack: 'auto' });
    };

    const startBeats = (beats = '0,0'): void => {
      const [theirs = 0, expectedOfUs = 0] = beats.split(',').map(Number);
      // Twice the time, because the network takes some.
      if (theirs > 0) expectFrames(2 * Math.max(theirs, BEAT_MS));
      if (expectedOfUs === 0) return;
      const timer = setInterval(() => send('\n'), Math.max(expectedOfUs, BEAT_MS));
      signal.addEventListener('abort', () => clearInterval(timer));
    };

    const read = (frame: string): Decoded => {
      const [, command, head = '', body = ''] = /^\s*(\w+)\r?\n(.*?)\r?\n\r?\n(.*)$/s.exec(frame) ?? [];
      // Of several headers with one name, the first counts.
      const lines = head.split(/\r?\n/).reverse();
      const headers: Headers = Object.fromEntries(lines.map((line) => line.split(/:(.*)/s).map(unescaped)));
      const { 'receipt-id': id = '', message = body, destination = '', subscription } = headers;
      switch (command) {
        case 'CONNECTED':
          startBeats(headers['heart-beat']);
          for (const known of wanted.keys()) send(subscribe(known));
          return { kind: 'hello', connectionId: null };
        case 'MESSAGE': {
          const data = headers['content-type']?.startsWith('application/json') ? JSON.parse(body) : body;
          const [event = destination] = [...wanted].find(([, known]) => known === subscription) ?? [];
          return { kind: 'event', event: { event, data, seq: -1 } };
        }
        case 'RECEIPT':
          return { kind: 'reply', id, result: { status: 'ok', data: undefined } };
        case 'ERROR':
          if (id === '') return { kind: 'closed', code: 4400, reason: message };
          return { kind: 'reply', id, result: { status: 'failed', message, details: { ...headers, body } } };
        default:
          return { kind: 'unrecognised', reason: 'unknown-type' };
      }
    };

    const login = auth === 'message' && token !== undefined ? { passcode: token } : {};
    send(write('CONNECT', { 'accept-version': '1.2,1.1', host: '/', 'heart-beat': OUR_BEATS, ...login }));

    return {
      decode(frame) {
        const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
        // A frame ends with a NUL, and line feeds between frames are heartbeats.
        return text.split('\0').flatMap((one) => (one.trim() ? read(one) : []));
      },
      encode({ kind, event, data, id }) {
        const { destination = '' } = Object(data) as { readonly destination?: string };
        if (event === 'subscribe') return wanted.has(destination) ? [] : subscribe(destination);
        if (event === 'unsubscribe') {
          const known = wanted.get(destination);
          wanted.delete(destination);
          return write('UNSUBSCRIBE', { id: String(known) });
        }
        const isText = typeof data === 'string';
        const headers = { destination: event, 'content-type': isText ? 'text/plain' : 'application/json' };
        const receipt = kind === 'send' ? undefined : { receipt: String(id) };
        return write('SEND', { ...headers, ...receipt }, isText ? data : JSON.stringify(data ?? null));
      },
    };
  },
};

const escapes: Headers = { '\\': '\\\\', '\r': '\\r', '\n': '\\n', ':': '\\c' };
const plain = Object.fromEntries(Object.entries(escapes).map(([one, pair]) => [pair, one]));
const escaped = (text: string): string => text.replace(/[\\\r\n:]/g, (one) => escapes[one] ?? one);
const unescaped = (text: string): string => text.replace(/\\./g, (pair) => plain[pair] ?? pair);

function write(command: string, headers: Headers, body = ''): string {
  const lines = Object.entries(headers).map(([key, value]) => `${key}:${escaped(value)}\n`);
  return `${command}\n${lines.join('')}\n${body}\0`;
}
