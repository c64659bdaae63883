/**
 * The relay: what the one connection of all tabs does for them, as a pure function. It answers each tab from the ring, posts what
 * the server sends, and says who asks the server for what. It does not decide whether it is the relay: tab.ts does.
 *
 * ```
 *   start ──▶ collecting ── 50 ms ──▶ running          connect at the lowest position that the ring can't serve
 *             claims its term, and asks all tabs where they are
 * ```
 */
import type { OutgoingMessage, ResumePoint } from '../src/protocols/protocol.ts';
import type {
  Command,
  Item,
  Opening,
  Page,
  PlainClose,
  RelayMessage,
  TabMessage,
  Term,
  View,
} from './messages.ts';
import { append, covers, greetingOf, type Ring, type RingLimits, ringAt, since } from './ring.ts';

/** A tab, as its relay knows it. */
export interface KnownTab {
  readonly id: string;
  readonly page: Page;
  readonly resume: ResumePoint | null;
  /** The number of its last question. */
  readonly attach: number;
  readonly link: 'asked' | 'open' | 'none';
  /** The tick at which it was last heard. */
  readonly heardAt: number;
}

export interface Relay {
  readonly term: Term;
  /** The tab that it lives in; null: it lives in a worker. */
  readonly own: string | null;
  readonly phase: 'collecting' | 'running';
  /** The newest last. */
  readonly tabs: readonly KnownTab[];
  readonly ring: Ring;
  readonly link: 'up' | 'down';
  readonly view: View | null;
  readonly ticks: number;
  /** The tick at which its own page was last visible. */
  readonly visibleAt: number;
  /** How many tabs it knew when it last looked whether all have answered. */
  readonly counted: number;
}

export type RelayInput =
  | { readonly type: 'start' }
  /** The tabs had the time to say where they are. */
  | { readonly type: 'collected' }
  | { readonly type: 'message'; readonly message: TabMessage }
  /** The socket can be used. */
  | { readonly type: 'up' }
  | { readonly type: 'items'; readonly items: readonly Item[] }
  | { readonly type: 'down'; readonly close: PlainClose | null }
  | { readonly type: 'view'; readonly view: View }
  /** A second has passed. */
  | { readonly type: 'tick' };

export type RelayEffect =
  | { readonly type: 'post'; readonly message: RelayMessage }
  /** Call `collected` in a moment. */
  | { readonly type: 'collect' }
  | { readonly type: 'connect'; readonly resume: ResumePoint | null }
  | { readonly type: 'send'; readonly tab: string; readonly message: OutgoingMessage; readonly bytes: number }
  | { readonly type: 'cancel'; readonly tab: string; readonly id: number }
  | { readonly type: 'command'; readonly command: Command }
  | {
      readonly type: 'answered';
      readonly question: number;
      readonly value: string | null;
      readonly problem: string;
    }
  /** Another tab is the better relay: let go, after this. */
  | { readonly type: 'yield' }
  /** No tab is left. */
  | { readonly type: 'unused' };

type Step = readonly [Relay, readonly RelayEffect[]];

/** A relay whose page is hidden for so long yields to a visible tab; ticks. Not at once: users go back and forth. */
const HIDDEN_TICKS = 5;

/** A tab that says nothing for so long is gone; ticks. A hidden page may be slowed down to one timer a minute. */
const GONE_TICKS = 180;

export function createRelay(term: Term, own: string | null, ring: Ring): Relay {
  return {
    ...{ term, own, phase: 'collecting', tabs: [], ring, link: 'down', view: null, ticks: 0 },
    ...{ visibleAt: 0, counted: 0 },
  };
}

export function stepRelay(relay: Relay, input: RelayInput, limits: RingLimits): Step {
  const { term } = relay;
  switch (input.type) {
    case 'start':
      return [relay, [post({ type: 'claim', term }), { type: 'collect' }]];
    case 'collected':
      return relay.phase === 'collecting' ? collected(relay) : [relay, []];
    case 'message':
      return onMessage(heard(relay, input.message.tab), input.message);
    case 'up': {
      const open = { ...relay, link: 'up' } as const;
      return relay.tabs.reduce<Step>(
        ([before, effects], tab) => {
          if (tab.link !== 'asked') return [before, effects];
          const [after, more] = answer(before, tab);
          return [after, [...effects, ...more]];
        },
        [open, []],
      );
    }
    case 'items':
      return [
        { ...relay, ring: append(relay.ring, input.items, limits) },
        [post({ type: 'items', term, items: input.items })],
      ];
    case 'down': {
      if (relay.link === 'down') return [relay, []];
      const tabs = relay.tabs.map((tab): KnownTab => (tab.link === 'open' ? { ...tab, link: 'none' } : tab));
      return [{ ...relay, link: 'down', tabs }, [post({ type: 'closed', term, close: input.close })]];
    }
    case 'view':
      return [{ ...relay, view: input.view }, [post({ type: 'view', term, view: input.view })]];
    case 'tick':
      return tick({ ...relay, ticks: relay.ticks + 1 });
    default:
      input satisfies never;
      return [relay, []];
  }

  function post(message: RelayMessage): RelayEffect {
    return { type: 'post', message };
  }
}

/** A worker has no ring and no position of its own, so it goes on only when no more tabs answer. */
function collected(relay: Relay): Step {
  const isComplete = relay.tabs.length > 0 && (relay.own !== null || relay.tabs.length === relay.counted);
  if (isComplete) return run(relay);
  return [{ ...relay, counted: relay.tabs.length }, [{ type: 'collect' }]];
}

/** Connects where nobody misses anything: at the end of the ring, or before it, if a tab lacks more than the ring has. */
function run(relay: Relay): Step {
  const running: Relay = { ...relay, phase: 'running' };
  const positions = relay.tabs.flatMap(({ resume }) => (resume ? [resume] : []));
  const [anyone] = positions;
  const id = relay.ring.connectionId ?? anyone?.connectionId ?? null;
  /** That of a page from the back/forward cache has frames without the hello that names their session. */
  const hasSession = relay.ring.connectionId !== null;
  const { next, position } = relay.ring;
  const own: ResumePoint | null =
    relay.ring.connectionId === null || relay.ring.from === null
      ? null
      : { connectionId: relay.ring.connectionId, nextSeq: next, ...(position !== undefined && { position }) };
  const lacking = positions
    .filter(
      ({ connectionId, nextSeq }) => connectionId === id && !(hasSession && covers(relay.ring, nextSeq)),
    )
    .sort((one, other) => one.nextSeq - other.nextSeq)
    .at(0);
  if (lacking === undefined || id === null)
    return [running, [{ type: 'connect', resume: own ?? lacking ?? anyone ?? null }]];
  const ring = ringAt(id, lacking.nextSeq, lacking.position, relay.ring.hello);
  return [{ ...running, ring }, [{ type: 'connect', resume: lacking }]];
}

function heard(relay: Relay, id: string): Relay {
  const tabs = relay.tabs.map((tab) => (tab.id === id ? { ...tab, heardAt: relay.ticks } : tab));
  return { ...relay, tabs };
}

function onMessage(relay: Relay, message: TabMessage): Step {
  const { ticks } = relay;
  switch (message.type) {
    case 'attach': {
      const { tab: id, attach, resume, page } = message;
      const tab: KnownTab = { id, page, resume, attach, link: 'asked', heardAt: ticks };
      const [known, effects] = withTab(relay, tab);
      if (relay.link === 'up') {
        const [answered, more] = answer(known, tab);
        return [answered, [...effects, ...more]];
      }
      const { view, term } = relay;
      if (view) return [known, [...effects, { type: 'post', message: { type: 'view', term, view } }]];
      // It hears at once that there is a relay.
      return [known, [...effects, { type: 'post', message: { type: 'beat', term } }]];
    }
    case 'page': {
      const before = relay.tabs.find(({ id }) => id === message.tab);
      return before ? withTab(relay, { ...before, page: message.page }) : [relay, []];
    }
    case 'detach': {
      const tabs = relay.tabs.filter(({ id }) => id !== message.tab);
      return [{ ...relay, tabs }, tabs.length === 0 ? [{ type: 'unused' }] : []];
    }
    case 'out': {
      const { tab, message: sent, bytes, term } = message;
      // Sent to another relay, it may have reached the server already.
      if (term.join() !== relay.term.join() || relay.link === 'down') return [relay, []];
      return [relay, [{ type: 'send', tab, message: sent, bytes }]];
    }
    case 'cancel':
      return message.term.join() === relay.term.join()
        ? [relay, [{ type: 'cancel', tab: message.tab, id: message.id }]]
        : [relay, []];
    case 'command':
      return [relay, [{ type: 'command', command: message.command }]];
    case 'answer': {
      const { question, value, problem } = message;
      return [relay, [{ type: 'answered', question, value, problem }]];
    }
    case 'stale':
      return [relay, []];
    default:
      message satisfies never;
      return [relay, []];
  }
}

/** A tab that became visible is the newest one. */
function withTab(relay: Relay, tab: KnownTab): Step {
  const before = relay.tabs.find(({ id }) => id === tab.id);
  const isRaised = tab.page === 'visible' && before?.page !== 'visible';
  const tabs =
    before && !isRaised
      ? relay.tabs.map((one) => (one.id === tab.id ? tab : one))
      : [...relay.tabs.filter(({ id }) => id !== tab.id), tab];
  const isOwn = tab.id === relay.own && tab.page === 'visible';
  return [{ ...relay, tabs, visibleAt: isOwn ? relay.ticks : relay.visibleAt }, []];
}

/** The link is up: tells the tab how its session goes on. */
function answer(relay: Relay, { id, attach, resume }: KnownTab): Step {
  const tabs = relay.tabs.map((tab): KnownTab => (tab.id === id ? { ...tab, link: 'open' } : tab));
  const { term } = relay;
  const opening = openingFor(relay.ring, resume);
  return [{ ...relay, tabs }, [{ type: 'post', message: { type: 'opened', term, to: id, attach, opening } }]];
}

function openingFor(ring: Ring, resume: ResumePoint | null): Opening {
  const greeting = greetingOf(ring);
  if (greeting === null) return { how: 'plain' };
  if (resume === null || resume.connectionId !== ring.connectionId) return { how: 'new', greeting };
  if (!covers(ring, resume.nextSeq)) return { how: 'lost', greeting };
  return { how: 'resumed', items: since(ring, resume.nextSeq) };
}

function tick(relay: Relay): Step {
  const { term, own, ticks } = relay;
  const beat: RelayEffect = { type: 'post', message: { type: 'beat', term } };
  const tabs = relay.tabs.filter(({ id, heardAt }) => id === own || ticks - heardAt < GONE_TICKS);
  const isOwnVisible = relay.tabs.some(({ id, page }) => id === own && page === 'visible');
  const next: Relay = { ...relay, tabs, visibleAt: isOwnVisible ? ticks : relay.visibleAt };
  if (tabs.length === 0 && (relay.tabs.length > 0 || ticks > GONE_TICKS))
    return [next, [beat, { type: 'unused' }]];
  const heir = tabs.filter(({ id, page }) => id !== own && page === 'visible').at(-1);
  if (own === null || heir === undefined || ticks - next.visibleAt < HIDDEN_TICKS) return [next, [beat]];
  return [next, [{ type: 'post', message: { type: 'yield', term, to: heir.id } }, { type: 'yield' }]];
}

/** Whom to ask for a token: visible tabs first, the newest first. */
export function askOrder({ tabs }: Relay): readonly string[] {
  const newest = [...tabs].reverse();
  const [visible, rest] = [
    newest.filter(({ page }) => page === 'visible'),
    newest.filter(({ page }) => page === 'hidden'),
  ];
  return [...visible, ...rest].map(({ id }) => id);
}
