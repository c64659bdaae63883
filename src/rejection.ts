/** Finds promises among what the app's functions return, so that a rejection is not lost. */

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
