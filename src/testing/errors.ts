/** The errors that the fake server throws when a test or a story asks it for something impossible. */

/**
 * Why the fake server refused:
 * - `invalid-address`: `options.url` is not a WebSocket address
 * - `not-loopback`: `listen()` was asked to listen on a host that others could reach
 * - `listen-failed`: the port could not be opened
 * - `invalid-close`: a close frame may not carry this code or reason
 * - `timeout`: the connection or frame that was waited for did not come in time
 * - `global-replaced`: another class has replaced the one that `installGlobal()` installed
 * - `disposed`: the server was disposed
 */
export type FakeServerErrorCode =
  | 'invalid-address'
  | 'not-loopback'
  | 'listen-failed'
  | 'invalid-close'
  | 'timeout'
  | 'global-replaced'
  | 'disposed';

/** Every error of the fake server itself. `code` distinguishes them. */
export class FakeServerError extends Error {
  override readonly name = 'FakeServerError';
  /** The reason. */
  readonly code: FakeServerErrorCode;

  constructor(code: FakeServerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
