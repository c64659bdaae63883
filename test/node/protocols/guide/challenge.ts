import type { LinkProtocol } from 'everwire';

/** The server asks a question, whose answer is signed. Then topics are subscribed to, and its log is resumed. */
export const challengeProtocol: LinkProtocol = {
  name: 'challenge',
  defaultAuth: 'message',
  connectedOn: 'hello',
  target: ({ url }) => ({ url, protocols: ['log.v1'] }),
  open({ token = '', resume, send, receive, remember }) {
    // Outlives the link, and is empty for the next user.
    const topics = remember('topics', () => new Set<string>());

    const answer = async (nonce: string): Promise<void> => {
      send(JSON.stringify({ type: 'proof', of: await sign(nonce, token), after: resume?.position }));
      for (const topic of topics) send(JSON.stringify({ type: 'subscribe', topic }));
      receive({ kind: 'hello', connectionId: null, resumed: resume !== null });
    };

    return {
      decode(frame) {
        const { type, nonce, topic, data, place } = JSON.parse(String(frame));
        if (type === 'ping') return { kind: 'ignored', answer: JSON.stringify({ type: 'pong' }) };
        if (type === 'event')
          return { kind: 'event', event: { event: topic, data, seq: -1, position: place } };
        if (type !== 'challenge') return { kind: 'unrecognised', reason: 'unknown-type' };
        void answer(nonce);
        return { kind: 'ignored' };
      },
      encode({ event, data }) {
        if (event === 'subscribe') topics.add(String(data));
        return JSON.stringify({ type: event, topic: data });
      },
    };
  },
};

async function sign(nonce: string, token: string): Promise<string> {
  const bytes = new TextEncoder().encode(nonce + token);
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
