/** Opens the protocol on a link: what reads and writes its frames. */
import type { LinkCodec, LinkContext, Protocol } from '../../protocols/protocol.ts';

/** Returns the protocol itself if it keeps no state. Throws what `open` throws, or a TypeError for nonsense. */
export function openCodec(protocol: Protocol, createContext: () => LinkContext): LinkCodec {
  if (protocol.open === undefined) return protocol;
  const codec: Partial<LinkCodec> | undefined = protocol.open(createContext());
  if (typeof codec?.decode === 'function' && typeof codec.encode === 'function') return codec as LinkCodec;
  throw new TypeError('it must return an object with the functions decode and encode');
}

/** What a connection keeps for its protocol as long as the session of one user, url and protocol. */
export interface ProtocolMemory {
  readonly remember: LinkContext['remember'];
  clear(): void;
}

export function createProtocolMemory(): ProtocolMemory {
  const values = new Map<string, unknown>();
  return {
    remember<Value>(key: string, create: () => Value): Value {
      if (!values.has(key)) values.set(key, create());
      return values.get(key) as Value;
    },
    clear: () => values.clear(),
  };
}
