/** The error of a hub. */

/**
 * Thrown by a request handler, it is the reply: the client's `request()` rejects with `request-failed`, and with this id and
 * message. `hub.publish` rejects with it. Other errors that a handler throws reach the log, and not the client.
 */
export class HubError extends Error {
  override readonly name = 'HubError';
  /** For programs, such as `not-allowed`. */
  readonly id: string;

  constructor({ id, message, cause }: { id: string; message: string; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.id = id;
  }
}
