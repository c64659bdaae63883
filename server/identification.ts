/** Finds out who a client is: by what its handshake carries, or by a token in its first message. */
import type { HubRequest } from './types.ts';

/** `failed`: the app could not tell. */
export type Found = { readonly user: unknown; readonly identity: string } | null | 'failed';

export type Authenticate = (
  token: string | undefined,
  request: HubRequest,
  signal: AbortSignal,
) => Promise<Found>;

export interface IdentificationParts {
  readonly authenticate: Authenticate;
  readonly request: HubRequest;
  /** What the handshake carries. */
  readonly token: string | undefined;
  readonly tokenIn: 'handshake' | 'message';
  /** Of the socket. */
  readonly lifetime: AbortSignal;
}

export interface Identification {
  /** Null also if it takes too long. */
  find(): Promise<Found>;
  /** A message with a token. `accept` answers it. */
  onToken(token: string, accept: () => void): void;
  /** Another message came first. */
  onOther(): void;
}

/** How long a client has to send its token, and `authenticate` to answer. */
const PATIENCE_MS = 5_000;

interface Said {
  readonly token: string;
  readonly accept: () => void;
}

export function createIdentification(parts: IdentificationParts): Identification {
  const { authenticate, request, token, tokenIn, lifetime } = parts;
  let said: Said | undefined;
  let onSaid: (said: Said | null) => void = () => undefined;
  const firstMessage = new Promise<Said | null>((resolve) => {
    onSaid = resolve;
  });

  /** Null after a time, and when the socket closes. */
  const patiently = async <Value>(task: (signal: AbortSignal) => Promise<Value>): Promise<Value | null> => {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const timer = setTimeout(abort, PATIENCE_MS);
    lifetime.addEventListener('abort', abort, { once: true });
    const { signal } = controller;
    const late = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
    try {
      return await Promise.race([task(signal), late]);
    } finally {
      clearTimeout(timer);
      lifetime.removeEventListener('abort', abort);
    }
  };

  const ask = (given: string | undefined): Promise<Found> =>
    patiently((signal) => authenticate(given, request, signal));

  const askSaid = async (message: Said): Promise<Found> => {
    const found = await ask(message.token);
    if (found !== null && found !== 'failed') message.accept();
    return found;
  };

  return {
    async find() {
      if (token !== undefined) return await ask(token);
      if (tokenIn === 'message') {
        const message = await patiently(() => firstMessage);
        return await (message === null ? ask(undefined) : askSaid(message));
      }
      const found = await ask(undefined);
      // It was sent meanwhile: the client is not the guest that it seemed to be.
      if (said !== undefined) return await askSaid(said);
      if (found !== null || lifetime.aborted) return found;
      const message = await patiently(() => firstMessage);
      return message === null ? null : await askSaid(message);
    },
    onToken(given, accept) {
      said ??= { token: given, accept };
      onSaid(said);
    },
    onOther: () => onSaid(null),
  };
}
