// What the fake server throws when a test or a story asks it for something that cannot be.

/**
 * Why the fake server refused:
 * - `invalid-address`: `options.url` is no WebSocket address
 * - `not-loopback`: `listen()` was asked to listen on a host that others could reach
 * - `listen-failed`: the port could not be opened
 * - `invalid-close`: no server may put this code or reason into a close frame
 * - `timeout`: what was waited for did not come in time
 * - `global-replaced`: somebody else's class stands in the place that `installGlobal()` took
 * - `disposed`: the server is gone
 */
export type FakeServerErrorCode =
  | 'invalid-address'
  | 'not-loopback'
  | 'listen-failed'
  | 'invalid-close'
  | 'timeout'
  | 'global-replaced'
  | 'disposed';

/** Every error of the fake server itself; `code` says which. */
export class FakeServerError extends Error {
  override readonly name = 'FakeServerError';
  /** Which of the reasons it is. */
  readonly code: FakeServerErrorCode;

  constructor(code: FakeServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
