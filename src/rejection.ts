/** Calls the app's functions, and finds promises among what they return, so that no error of theirs is lost. */

/**
 * Whether it is a promise. Those of another realm (an iframe, a Node `vm`) and of other libraries are no instances of our
 * `Promise`, but every promise has a `then`.
 */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

/** Calls `onRejected` with the reason if the promise rejects. */
export function catchRejection(promise: PromiseLike<unknown>, onRejected: (thrown: unknown) => void): void {
  // Converted, because not every promise has a `catch`, and a `then` may throw.
  Promise.resolve(promise).catch(onRejected);
}

/** Calls a function of the app. `onError` gets what it throws, or what the promise that it returns is rejected with. */
export function callSafely(call: () => unknown, onError: (thrown: unknown) => void): void {
  try {
    const result = call();
    if (isPromiseLike(result)) catchRejection(result, onError);
  } catch (thrown) {
    onError(thrown);
  }
}
