/**
 * An attempt whose link is a part of the relay's. What it receives goes through the usual reader, inbox and sequence; what it sends
 * is encoded here only to be checked: the relay encodes it again, with a number that no other tab uses.
 */
import { Subscription } from 'rxjs';
import type { OwnCode } from '../src/connection/states.ts';
import type { WebSocketServiceError } from '../src/errors.ts';
import type { Decoded } from '../src/protocols/decoded.ts';
import type {
  Frame,
  LinkCodec,
  LinkContext,
  LinkProtocol,
  OutgoingMessage,
  Protocol,
} from '../src/protocols/protocol.ts';
import type { Attempt } from '../src/service/attempt/attempt.ts';
import { createLinkReader, type LinkReader, type ReaderParts } from '../src/service/attempt/link-reader.ts';
import { copyData } from '../src/service/outbound/copy-data.ts';
import { lengthOf } from '../src/service/outbound/outgoing-frames.ts';
import type { Link } from '../src/transport/open-socket.ts';
import type { Greeting, Item, Opening, PlainClose, View } from './messages.ts';
import type { Participant } from './participant.ts';
import { fromPlain } from './plain.ts';

/** What the relay says to this attempt. */
export interface SharedLink {
  readonly attempt: Attempt;
  opened(opening: Opening): void;
  items(items: readonly Item[]): void;
  closed(close: PlainClose | null): void;
  view(view: View): void;
}

/** The relay is gone, with its socket. */
const relayGone: PlainClose = { code: 1006, reason: 'the relay is gone', wasClean: false };

/** `participant` is known a moment later; `onEnd` is called when the link is not used any more. */
export function startSharedAttempt(
  number: number,
  protocol: Protocol,
  parts: ReaderParts,
  participant: () => Participant | undefined,
  onEnd: () => void,
): SharedLink {
  const { lifecycle, sequence, stores, reporter, runInTurn, active } = parts;
  const lifetime = new Subscription();
  const controller = new AbortController();
  lifetime.add(() => controller.abort());
  const resume = sequence.resumePoint();
  /** What was encoded, by its first frame. */
  const encoded = new Map<Frame, { readonly message: OutgoingMessage; readonly bytes: number }>();
  let unsentBytes = 0;
  let reader: LinkReader | undefined;
  let context: LinkContext | undefined;
  let lastError: { readonly text: string; readonly error: WebSocketServiceError } | undefined;

  const link: Link = {
    subprotocol: '',
    send(frame) {
      if (lifetime.closed) return 'refused';
      const out = encoded.get(frame);
      encoded.delete(frame);
      if (out) {
        unsentBytes += out.bytes;
        participant()?.send(out.message, out.bytes);
      }
      return 'sent';
    },
    bufferedBytes: () => unsentBytes,
    checkFlow: () => 'flowing',
    silentMs: () => 0,
    close: () => undefined,
  };

  const codec: LinkCodec = {
    decode(frame, report) {
      const decoded = codecOf(protocol).decode(frame, report);
      return 'kind' in decoded ? forTab(decoded) : decoded.map(forTab);
    },
    encode(message) {
      const encode = (data: unknown): readonly Frame[] =>
        [codecOf(protocol).encode({ ...message, data })].flat();
      const frames = encode(message.data);
      const [first] = frames;
      // A copy that `postMessage` takes, and for which the same is sent.
      const data = copyData(message.event, message.data, encode);
      if (first !== undefined) encoded.set(first, { message: { ...message, data }, bytes: lengthOf(frames) });
      return frames;
    },
    cancel(message) {
      participant()?.cancel(message.id);
      return undefined;
    },
  };

  const tabProtocol: LinkProtocol = {
    name: protocol.name,
    defaultAuth: protocol.defaultAuth,
    connectedOn: 'open',
    ...(protocol.maxSendBytes !== undefined && { maxSendBytes: protocol.maxSendBytes }),
    target: () => ({ url: '' }),
    open(given) {
      context = given;
      return codec;
    },
  };

  const abandon = (code: OwnCode, reason: string, silentMs: number): void =>
    lifecycle.dispatch({ type: 'abandon', attempt: number, code, reason, silentMs });

  const feed = (item: Item): void => {
    const id = participant()?.id;
    switch (item.type) {
      case 'frame':
        return runInTurn(() => reader?.receive(item.frame));
      case 'reply': {
        const { result, more } = item;
        if (item.to === id) context?.receive({ kind: 'reply', id: item.id, result, more });
        return;
      }
      case 'position':
        return context?.receive({ kind: 'pong', id: null, position: item.position });
      case 'taken':
        if (item.to === id) unsentBytes = Math.max(unsentBytes - item.bytes, 0);
        return;
      case 'error':
        return runInTurn(() => reporter.error(fromPlain(item.error)));
      default:
        item satisfies never;
    }
  };

  const open = (opening: Opening): void => {
    if (lifetime.closed) return;
    // What it lacks is not there any more: one notice, before the next event.
    if (opening.how === 'lost') sequence.endSession();
    sequence.onOpen();
    const facts = { auth: 'none', token: undefined, resume, signal: controller.signal } as const;
    const target = { url: '' };
    reader = createLinkReader(
      { link, protocol: tabProtocol, target, facts, abandon, onClosed: () => undefined },
      parts,
    );
    lifetime.add(reader.stop);
    lifecycle.step({ type: 'opened', attempt: number });
    reader.begin();
    if ('greeting' in opening) context?.receive(helloOf(opening.greeting));
    if (opening.how === 'resumed') for (const item of opening.items) feed(item);
  };

  const errorOf = (plain: View['error']): WebSocketServiceError | null => {
    if (plain === null) return null;
    const text = JSON.stringify(plain);
    // The same error is not reported again.
    if (lastError?.text !== text) lastError = { text, error: fromPlain(plain) };
    return lastError.error;
  };

  const attempt: Attempt = {
    number,
    lifetime,
    get link() {
      return reader && link;
    },
    get codec() {
      return reader?.codec;
    },
    // Of the relay's link alone.
    token: undefined,
    open: () => undefined,
    probe: () => participant()?.command('wake'),
    followConfig() {
      reader?.followConfig();
      if (active.config) participant()?.followConfig();
    },
    end() {
      lifetime.unsubscribe();
      onEnd();
    },
  };

  return {
    attempt,
    opened: (opening) => runInTurn(() => open(opening)),
    items(items) {
      for (const item of items) feed(item);
    },
    closed: (close) =>
      runInTurn(() => lifecycle.step({ type: 'closed', attempt: number, close: close ?? relayGone })),
    view({ error, latency, ...view }) {
      runInTurn(() => {
        if (lifetime.closed) return;
        stores.publish({ latency });
        lifecycle.step({ type: 'mirror', attempt: number, view: { ...view, error: errorOf(error) } });
      });
    },
  };
}

/** Only protocols whose codec keeps no state for a link are shared. */
function codecOf(protocol: Protocol): LinkCodec {
  return protocol as LinkCodec;
}

/** Replies and pongs are the relay's, with its numbers; what concerns one tab comes apart from the frame. */
function forTab(decoded: Decoded): Decoded {
  switch (decoded.kind) {
    case 'reply':
    case 'pong':
    case 'closed':
    case 'ignored':
      return { kind: 'ignored' };
    case 'hello': {
      const { answer: _, ...rest } = decoded;
      return rest;
    }
    case 'event': {
      const { kind, event } = decoded;
      return { kind, event };
    }
    case 'channel-event':
    case 'missed':
    case 'malformed':
    case 'unrecognised':
      return decoded;
    default:
      decoded satisfies never;
      return decoded;
  }
}

/** For a tab that was not there when the server greeted, with the number of the newest event. */
function helloOf({ connectionId, event, seq, position }: Greeting): Decoded {
  const data = { connection_id: connectionId };
  const greeted = event ?? { event: 'hello', data };
  return {
    kind: 'hello',
    connectionId,
    event: { ...greeted, seq, ...(position !== undefined && { position }) },
  };
}
