/** What `connect()` and the provider accept as a config. Types only: this file adds no code. */
import type { Register } from './register.ts';
import type { IWebSocketConfig, TokenContext } from './types.ts';

/** A config for a session that is kept in a cookie, which the browser sends by itself. */
export interface ICookieConfig<Types extends object = Register>
  extends Omit<IWebSocketConfig<Types>, 'auth' | 'token'> {
  auth: 'cookie';
  /**
   * Called before every attempt, and after the server refused the cookie (`reason: 'unauthorized'`): renew it here. The
   * attempt waits for the result, and does not send it.
   */
  token?: ((context: TokenContext) => unknown) | undefined;
}

export type GivenConfig<Types extends object = Register> = IWebSocketConfig<Types> | ICookieConfig<Types>;
