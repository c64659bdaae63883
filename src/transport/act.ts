/**
 * In the tests of an app, React wants every change to happen inside `act`. What comes from a socket, a timer or a frame does
 * not, so it is wrapped here. This file imports no React: the provider passes `act`. A production bundle contains none of it.
 */

type Act = (task: () => void) => unknown;

let act: Act | undefined;

export function provideAct(found: Act | undefined): void {
  act = found;
}

/** Whether a test uses `act`: Testing Library says so for its own. */
export function isActEnvironment(): boolean {
  try {
    if (process.env.NODE_ENV !== 'production')
      return act !== undefined && Reflect.get(globalThis, 'IS_REACT_ACT_ENVIRONMENT') === true;
  } catch {
    // There is no `process`: this is no test.
  }
  return false;
}

/**
 * Wraps a callback of a socket, timer, frame or promise. Do not wrap what React calls: inside React's effects, `act` loses
 * updates. In production it returns the callback itself, so that a frame costs nothing.
 */
export function inAct<Args extends readonly unknown[]>(
  callback: (...args: Args) => void,
): (...args: Args) => void {
  try {
    if (process.env.NODE_ENV !== 'production')
      return (...args) => {
        if (act !== undefined && isActEnvironment()) act(() => callback(...args));
        else callback(...args);
      };
  } catch {
    // There is no `process`: this is no test.
  }
  return callback;
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };
