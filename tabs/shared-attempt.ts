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
import { lengthOf } from '../src/service/outbound/outgoing-frames.ts';
import type { Link } from '../src/transport/open-socket.ts';
import type { Greeting, Item, Opening, PlainClose, Told, View } from './messages.ts';
import type { Participant } from './participant.ts';
import { fromPlain } from './plain.ts';

/** What the relay says to this attempt. */
export interface SharedLink {
  readonly attempt: Attempt;
  told(told: Told): void;
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
  const { lifecycle, sequence, stores, reporter, runInTurn, active, plugs } = parts;
  const lifetime = new Subscription();
  const controller = new AbortController();
  lifetime.add(() => controller.abort());
  const resume = sequence.resumePoint();
  /** What was encoded, by its first frame. */
  const encoded = new Map<Frame, { readonly message: OutgoingMessage; readonly bytes: number }>();
  let unsentBytes = 0;
  let reader: LinkReader | undefined;
  let context: LinkContext | undefined;
  let lastError: WebSocketServiceError | undefined;

  const target = { url: '' };

  const link: Link = {
    subprotocol: '',
    /** The answers of the protocol to what it reads are not among them: the relay gives them. */
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
      const data = plugs.sender?.copyData(message.event, message.data, encode);
      if (first !== undefined) encoded.set(first, { message: { ...message, data }, bytes: lengthOf(frames) });
      return frames;
    },
    cancel(message) {
      participant()?.cancel(message.id);
      return undefined;
    },
  };

  const tabProtocol: LinkProtocol = {
    ...protocol,
    connectedOn: 'open',
    target: () => target,
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
    reader = createLinkReader(
      { link, protocol: tabProtocol, target, facts, abandon, onClosed: () => undefined },
      parts,
    );
    lifetime.add(reader.stop);
    lifecycle.step({ type: 'opened', attempt: number });
    reader.begin();
    if ('greeting' in opening) context?.receive(helloOf(opening.greeting));
    if (opening.how === 'resumed') opening.items.forEach(feed);
  };

  const errorOf = (plain: View['error']): WebSocketServiceError | null => {
    if (plain === null) return null;
    // The same error is not reported again.
    if (lastError?.code !== plain.code || lastError.message !== plain.message) lastError = fromPlain(plain);
    return lastError;
  };

  const mirror = ({ error, latency, ...view }: View): void => {
    if (lifetime.closed) return;
    stores.publish({ latency });
    lifecycle.step({ type: 'mirror', attempt: number, view: { ...view, error: errorOf(error) } });
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
    told(told) {
      switch (told.type) {
        case 'opened':
          return runInTurn(() => open(told.opening));
        case 'items':
          return told.items.forEach(feed);
        case 'closed':
          return runInTurn(() =>
            lifecycle.step({ type: 'closed', attempt: number, close: told.close ?? relayGone }),
          );
        case 'view':
          return runInTurn(() => mirror(told.view));
        default:
          told satisfies never;
      }
    },
  };
}

/** Only protocols whose codec keeps no state for a link are shared. */
function codecOf(protocol: Protocol): LinkCodec {
  return protocol as LinkCodec;
}

/** Of the relay's link, with its numbers. What of it concerns one tab comes apart from the frame. */
const kindsOfRelay: readonly Decoded['kind'][] = ['reply', 'pong', 'closed'];

function forTab(decoded: Decoded): Decoded {
  return kindsOfRelay.includes(decoded.kind) ? { kind: 'ignored' } : decoded;
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
