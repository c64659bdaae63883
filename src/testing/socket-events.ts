/** Makes the events of a browser's socket, and its `on…` properties. */

/** The fields of a `close` event. */
export interface CloseFacts {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** A `close` event, also if the platform has no `CloseEvent` (Node before 23). */
export function createCloseEvent(facts: CloseFacts): CloseEvent {
  if (typeof CloseEvent === 'function') return new CloseEvent('close', facts);
  const event = new Event('close');
  for (const [name, value] of Object.entries(facts))
    Object.defineProperty(event, name, { value, enumerable: true });
  return event as CloseEvent;
}

type Handler<E extends Event> = ((event: E) => unknown) | null;

/** The handlers set by `on…` properties of one socket. */
export interface HandlerSlots {
  get<E extends Event>(type: string): Handler<E>;
  set<E extends Event>(type: string, handler: Handler<E>): void;
}

/**
 * An `on…` handler is called among the listeners at the place where it was first set, also after it is replaced.
 */
export function createHandlerSlots(target: EventTarget): HandlerSlots {
  const slots = new Map<string, { handler: Handler<Event>; readonly listener: (event: Event) => void }>();
  return {
    get: <E extends Event>(type: string) => (slots.get(type)?.handler ?? null) as Handler<E>,
    set<E extends Event>(type: string, handler: Handler<E>) {
      const slot = slots.get(type);
      if (typeof handler !== 'function') {
        if (slot !== undefined) target.removeEventListener(type, slot.listener);
        slots.delete(type);
        return;
      }
      const callable = handler as Handler<Event>;
      if (slot !== undefined) {
        slot.handler = callable;
        return;
      }
      const listener = (event: Event): void => {
        slots.get(type)?.handler?.call(target, event);
      };
      slots.set(type, { handler: callable, listener });
      target.addEventListener(type, listener);
    },
  };
}
