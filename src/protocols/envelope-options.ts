/** The default protocol with options. Costs nothing where it is not imported. */
import type { Decoded } from './decoded.ts';
import { createEnvelope } from './envelope.ts';
import type { JsonOptions } from './json-frames.ts';
import type { TextProtocol } from './protocol.ts';

/** The options of `createEnvelopeProtocol`: another reader and writer of JSON, another heartbeat. */
export interface EnvelopeProtocolOptions extends JsonOptions {
  /**
   * What a heartbeat looks like:
   *
   * - `'json'` (default): `{"event":"ping","seq":12}`, answered by a reply or by an event `pong`;
   * - `'text'`: the bare texts `ping` and `pong`; `{ ping, pong }`: two other texts, not the same. A ping of the server is
   *   answered, and a pong of the server answers ours. Neither is an event;
   * - `'none'`: we never ping. The config's `heartbeat: { expect }` still finds a dead link.
   */
  readonly heartbeat?:
    | 'json'
    | 'text'
    | 'none'
    | { readonly ping: string; readonly pong: string }
    | undefined;
}

/**
 * Creates `envelopeProtocol` with options. Create it once, outside your components. Throws a `TypeError` if the texts of
 * the heartbeat are unusable.
 */
export function createEnvelopeProtocol(options?: EnvelopeProtocolOptions): TextProtocol {
  const { heartbeat = 'json', ...json } = options ?? {};
  const envelope = createEnvelope(json);
  if (heartbeat === 'json') return envelope;
  if (heartbeat === 'none') {
    const { ping: _, ...silent } = envelope;
    return { ...silent, name: 'envelope, no pings' };
  }
  const { ping, pong } = heartbeat === 'text' ? { ping: 'ping', pong: 'pong' } : heartbeat;
  // A ping that is its own answer would go back and forth for ever.
  if (typeof ping !== 'string' || typeof pong !== 'string' || ping === pong)
    throw new TypeError(
      "Everwire: heartbeat must be 'json', 'text', 'none', or two different texts ping and pong.",
    );
  return {
    ...envelope,
    name: `envelope, ${JSON.stringify([ping, pong])}`,
    decode(frame, report): Decoded {
      if (frame === ping) return { kind: 'ignored', answer: pong };
      return frame === pong ? { kind: 'pong', id: null } : envelope.decode(frame, report);
    },
    ping: () => ping,
  };
}
