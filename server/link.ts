/** The socket of a session, as those see it that serve the session. */
import type { CloseCode } from './close-codes.ts';
import type { RecordFate } from './held-session.ts';

export interface Link {
  /** It is closed, and does nothing any more. */
  readonly isOver: boolean;
  send(text: string): void;
  /** Whether more waits for the client than `limits.slowBytes`. */
  isSlow(): boolean;
  /** `fate`: what becomes of the session; default `kept`. */
  close(code: CloseCode, reason: string, fate?: RecordFate): void;
  /** Ends the socket without a handshake, which would wait behind what the client does not read. Its session is kept. */
  cut(): void;
}
