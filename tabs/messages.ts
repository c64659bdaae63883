/** What relay and tabs say to each other. Every message is plain data, which `postMessage` copies. */
import type { SharedView } from '../src/connection/states.ts';
import type { WebSocketErrorCode } from '../src/errors.ts';
import type {
  InboundFrame,
  IWebSocketEvent,
  OutgoingMessage,
  ReplyResult,
  ResumePoint,
} from '../src/protocols/protocol.ts';
import type { RelayFigures } from '../src/service/share.ts';
import type { TokenReason } from '../src/types.ts';

/** Changes with the messages. Tabs with code of another version do not share: it is a part of what they must agree on. */
export const MESSAGES_VERSION = 1;

/** Which relay speaks. A newer relay has a higher number; of two with the same number, the later owner in the alphabet counts. */
export type Term = readonly [number: number, owner: string];

/** Before any relay was heard. */
export const noTerm: Term = [0, ''];

export function compareTerms([one, oneOwner]: Term, [other, otherOwner]: Term): number {
  if (one !== other) return one - other;
  if (oneOwner === otherOwner) return 0;
  return oneOwner < otherOwner ? -1 : 1;
}

export type Page = 'visible' | 'hidden' | 'frozen';

/** The session's greeting, for a tab that was not there when it came. */
export interface Greeting {
  readonly connectionId: string;
  /** As the server sent it, if that is known. */
  readonly event: IWebSocketEvent | null;
  /** The number of the newest event; -1 if there are no numbers. */
  readonly seq: number;
  readonly position?: string | undefined;
}

/** A frame whose events the relay has accepted. */
export interface FrameItem {
  readonly type: 'frame';
  readonly frame: InboundFrame;
  /** Numbers of its first and last event; -1: they have none. */
  readonly first: number;
  readonly last: number;
  readonly position?: string | undefined;
  /** It begins a session. */
  readonly session?:
    | { readonly connectionId: string | null; readonly event: IWebSocketEvent | null }
    | undefined;
}

/** What came over the socket, in order. `to`: it concerns one tab. */
export type Item =
  | FrameItem
  | {
      readonly type: 'reply';
      readonly to: string;
      readonly id: number;
      readonly result: ReplyResult;
      readonly more: boolean;
    }
  /** Everything up to there was received. */
  | { readonly type: 'position'; readonly position: string }
  /** So much of what the tab sent has left the socket. */
  | { readonly type: 'taken'; readonly to: string; readonly bytes: number }
  | { readonly type: 'error'; readonly error: PlainError };

/** An error without its class, which `postMessage` does not keep. */
export interface PlainError {
  readonly code: WebSocketErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface PlainClose {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export type View = Omit<SharedView, 'error'> & {
  readonly error: PlainError | null;
  readonly latency: number | null;
};

/**
 * How a link begins for a tab. `plain`: what follows will show what it is. `resumed`: with what the tab lacks. `new`: the tab
 * had another session, or none. `lost`: the relay does not have what the tab lacks.
 */
export type Opening =
  | { readonly how: 'plain' }
  | { readonly how: 'resumed'; readonly items: readonly FrameItem[] }
  | { readonly how: 'new' | 'lost'; readonly greeting: Greeting };

export type RelayMessage = { readonly term: Term } & (
  | { readonly type: 'claim' }
  /** `figures`: for the devtools. With beats alone, so that a frame carries nothing for them. */
  | { readonly type: 'beat'; readonly figures?: RelayFigures }
  | { readonly type: 'view'; readonly view: View }
  /** `attach`: the number of the tab's question. */
  | {
      readonly type: 'opened';
      readonly to: string;
      readonly attach: number;
      readonly opening: Opening;
    }
  | { readonly type: 'items'; readonly items: readonly Item[] }
  | { readonly type: 'closed'; readonly close: PlainClose | null }
  | { readonly type: 'yield'; readonly to: string }
  | {
      readonly type: 'ask';
      readonly to: string;
      readonly question: number;
      readonly option: 'url' | 'token';
      readonly reason: TokenReason;
    }
);

/** What a tab takes from its relay, for its connection. */
export type Told =
  | { readonly type: 'opened'; readonly opening: Opening }
  | { readonly type: 'items'; readonly items: readonly Item[] }
  | { readonly type: 'closed'; readonly close: PlainClose | null }
  | { readonly type: 'view'; readonly view: View };

export type Command = 'reconnect' | 'wake';

export type TabMessage = { readonly tab: string } & (
  | {
      readonly type: 'attach';
      readonly attach: number;
      readonly resume: ResumePoint | null;
      readonly page: Page;
    }
  | { readonly type: 'detach' }
  | { readonly type: 'page'; readonly page: Page }
  | { readonly type: 'out'; readonly term: Term; readonly message: OutgoingMessage; readonly bytes: number }
  | { readonly type: 'cancel'; readonly term: Term; readonly id: number }
  | { readonly type: 'command'; readonly command: Command }
  | {
      readonly type: 'answer';
      readonly question: number;
      readonly value: string | null;
      readonly problem: string;
    }
  /** To a relay that claims a term that is over: this one is known already. */
  | { readonly type: 'stale'; readonly term: Term }
);

export type Message = RelayMessage | TabMessage;

export function isOfRelay(message: Message): message is RelayMessage {
  return !('tab' in message);
}
