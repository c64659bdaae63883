/**
 * One tab among others, as a pure function: whether it is the relay, which relay it listens to, and what it says to it.
 *
 * The election gives liveness: the relay is the tab that has the lock, or the worker. Safety does not depend on it: a relay has a
 * term, only the highest one that a tab has heard counts for it, and each tab checks the numbers of its events itself.
 *
 * ```
 *   waiting for the lock ──granted──▶ speaking ──stolen, frozen, a higher term, yields──▶ waiting for the lock
 *      └── visible, and nothing heard for 3 s: steals it ──▶ speaking
 * ```
 */
import type { ResumePoint } from '../src/protocols/protocol.ts';
import type { RelayFigures } from '../src/service/share.ts';
import {
  compareTerms,
  isOfRelay,
  type Message,
  noTerm,
  type Page,
  type RelayMessage,
  type TabMessage,
  type Term,
  type Told,
} from './messages.ts';

export interface Tab {
  readonly id: string;
  /** Where the relay is: in the tab that has the lock, or in a worker. */
  readonly relayIn: 'tab' | 'worker';
  /** The highest term that it has heard. */
  readonly term: Term;
  /** The term of its own relay; null while it listens. */
  readonly speaking: Term | null;
  readonly lock: 'none' | 'waiting' | 'held';
  readonly page: Page;
  readonly link: 'none' | 'asked' | 'open';
  /** The number of its last question, and the position that it named. */
  readonly attach: number;
  readonly resume: ResumePoint | null;
  /** What the relay last said about itself. */
  readonly figures?: RelayFigures | undefined;
  /** When it last heard the relay; ms. */
  readonly heardAtMs: number;
  readonly tickedAtMs: number;
  /** When it last said anything that all hear; ms. */
  readonly saidAtMs: number;
  /** How often it made the worker anew, and heard nothing of it. */
  readonly revivals: number;
}

export type TabInput =
  | { readonly type: 'start' }
  /** The connection wants a link. */
  | { readonly type: 'attach'; readonly resume: ResumePoint | null }
  /** The connection has dropped its link. */
  | { readonly type: 'unlink' }
  | { readonly type: 'leave' }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'granted' }
  | { readonly type: 'stolen' }
  /** Its own relay yields to another tab. */
  | { readonly type: 'yielded' }
  | { readonly type: 'page'; readonly page: Page }
  | { readonly type: 'tick' };

export type TabEffect =
  | { readonly type: 'post'; readonly message: TabMessage }
  | { readonly type: 'lock'; readonly how: 'wait' | 'steal' | 'release' }
  | { readonly type: 'start-relay'; readonly term: Term }
  | { readonly type: 'stop-relay' }
  /** Creates the worker, or makes it anew. */
  | { readonly type: 'create-worker' }
  /** The worker does not live: use an own socket. */
  | { readonly type: 'give-up' }
  | Told
  | Extract<RelayMessage, { type: 'ask' }>;

type Step = readonly [Tab, readonly TabEffect[]];

/** Without a beat for so long, the relay is taken for dead; ms. It beats every second. */
const SILENCE_MS = 3_000;

/** A tick that comes later than this says that this page was slow, or asleep, and that the relay need not be; ms. */
const LATE_MS = 2_000;

/** A tab says so often that it is there; ms. */
const SIGN_MS = 20_000;

/** After so many workers that said nothing, the tab uses its own socket. */
const MAX_REVIVALS = 5;

export function createTab(id: string, relayIn: Tab['relayIn'], page: Page): Tab {
  return {
    ...{ id, relayIn, term: noTerm, speaking: null, lock: 'none', page, link: 'none', attach: 0 },
    ...{ resume: null, heardAtMs: 0, tickedAtMs: 0, saidAtMs: 0, revivals: 0 },
  };
}

/** `nowMs`: of a clock that only grows. */
export function stepTab(tab: Tab, input: TabInput, nowMs: number): Step {
  switch (input.type) {
    case 'start': {
      const started = { ...tab, heardAtMs: nowMs, tickedAtMs: nowMs, saidAtMs: nowMs };
      return tab.relayIn === 'worker' ? [started, [{ type: 'create-worker' }]] : queue(started);
    }
    case 'attach':
      return ask({ ...tab, resume: input.resume });
    case 'unlink':
      return [{ ...tab, link: 'none' }, []];
    case 'leave':
      return followedBy(stopSpeaking(tab, 'leave'), (silent) => [
        { ...silent, link: 'none' },
        [post(tab, { type: 'detach' })],
      ]);
    case 'message':
      return onMessage(tab, input.message, nowMs);
    case 'granted':
      return speak(tab, tab.term);
    case 'stolen':
      return stopSpeaking({ ...tab, lock: 'none' }, 'wait');
    case 'yielded':
      return stopSpeaking(tab, 'wait');
    case 'page':
      return onPage(tab, input.page, nowMs);
    case 'tick':
      return tick(tab, nowMs);
    default:
      input satisfies never;
      return [tab, []];
  }
}

function followedBy([tab, effects]: Step, next: (tab: Tab) => Step): Step {
  const [after, more] = next(tab);
  return [after, [...effects, ...more]];
}

type SaidByTab = TabMessage extends infer One ? (One extends TabMessage ? Omit<One, 'tab'> : never) : never;

function post({ id }: Tab, message: SaidByTab): TabEffect {
  return { type: 'post', message: { ...message, tab: id } as TabMessage };
}

/** Asks the relay for a link; if there is none yet, the next one hears it when it claims its term. */
function ask(tab: Tab): Step {
  const asked: Tab = { ...tab, link: 'asked', attach: tab.attach + 1 };
  const { attach, resume, page } = asked;
  return [asked, [post(asked, { type: 'attach', attach, resume, page })]];
}

function queue(tab: Tab): Step {
  if (tab.relayIn === 'worker' || tab.page === 'frozen' || tab.lock !== 'none') return [tab, []];
  return [{ ...tab, lock: 'waiting' }, [{ type: 'lock', how: 'wait' }]];
}

/** Takes the lock from the relay that has it. */
function steal(tab: Tab): Step {
  return [{ ...tab, lock: 'waiting' }, [{ type: 'lock', how: 'steal' }]];
}

/** With the lock: becomes the relay, with a term above that one. */
function speak(tab: Tab, [heard]: Term): Step {
  const term: Term = [heard + 1, tab.id];
  return [{ ...tab, lock: 'held', speaking: term }, [{ type: 'start-relay', term }]];
}

/** Stops its relay if it has one, and lets go of the lock. */
function stopSpeaking(tab: Tab, then: 'wait' | 'leave'): Step {
  const effects: TabEffect[] = [];
  if (tab.speaking) effects.push({ type: 'stop-relay' });
  if (tab.lock !== 'none') effects.push({ type: 'lock', how: 'release' });
  const silent: Step = [{ ...tab, speaking: null, lock: 'none' }, effects];
  if (then === 'leave') return silent;
  const queued = followedBy(silent, queue);
  // The link over its own relay is gone with it.
  return tab.speaking ? followedBy(queued, loseLink) : queued;
}

function loseLink(tab: Tab): Step {
  if (tab.link !== 'open') return [tab, []];
  return [{ ...tab, link: 'none' }, [{ type: 'closed', close: null }]];
}

function onMessage(tab: Tab, message: Message, nowMs: number): Step {
  if (!isOfRelay(message)) return message.type === 'stale' ? onStale(tab, message.term) : [tab, []];
  const order = compareTerms(message.term, tab.term);
  if (order < 0) return [tab, message.type === 'claim' ? [post(tab, { type: 'stale', term: tab.term })] : []];
  return followedBy(order > 0 ? adopt(tab, message) : [tab, []], (adopted) =>
    onRelayMessage({ ...adopted, heardAtMs: nowMs, revivals: 0 }, message),
  );
}

/** A newer relay speaks. What the older one opened is over: the new one is asked, and told what was received. */
function adopt(tab: Tab, { term }: RelayMessage): Step {
  const next: Tab = { ...tab, term, figures: undefined };
  const isOwn = tab.speaking !== null && compareTerms(term, tab.speaking) === 0;
  return followedBy(tab.speaking && !isOwn ? stopSpeaking(next, 'wait') : [next, []], (silent) =>
    silent.link === 'asked' ? ask(silent) : loseLink(silent),
  );
}

/** Another tab knows a later term than the one that the own relay claims. With the lock, it claims a later one. */
function onStale(tab: Tab, term: Term): Step {
  return tab.speaking && compareTerms(term, tab.speaking) > 0 ? speak(tab, term) : [tab, []];
}

function onRelayMessage(tab: Tab, message: RelayMessage): Step {
  const isMine = 'to' in message && message.to === tab.id;
  switch (message.type) {
    case 'claim':
      return [tab, []];
    case 'beat':
      return [{ ...tab, figures: message.figures }, []];
    case 'view':
      return [tab, [message]];
    case 'opened':
      if (!isMine || tab.link !== 'asked' || message.attach !== tab.attach) return [tab, []];
      return [{ ...tab, link: 'open' }, [message]];
    case 'items':
      return [tab, tab.link === 'open' ? [message] : []];
    case 'closed':
      if (tab.link !== 'open') return [tab, []];
      return [{ ...tab, link: 'none' }, [message]];
    case 'yield':
      if (!isMine || tab.lock === 'held' || tab.page === 'frozen') return [tab, []];
      return steal(tab);
    case 'ask':
      return [tab, isMine ? [message] : []];
    default:
      message satisfies never;
      return [tab, []];
  }
}

function onPage(tab: Tab, page: Page, nowMs: number): Step {
  if (page === tab.page) return [tab, []];
  // A page that was hidden or frozen may not have read what came: it gives the relay its time.
  const turned: Tab = { ...tab, page, heardAtMs: nowMs, tickedAtMs: nowMs, saidAtMs: nowMs };
  return followedBy([turned, [post(turned, { type: 'page', page })]], (said) =>
    page === 'frozen' ? stopSpeaking(said, 'wait') : queue(said),
  );
}

function tick(tab: Tab, nowMs: number): Step {
  const isLate = nowMs - tab.tickedAtMs > LATE_MS;
  const next: Tab = { ...tab, tickedAtMs: nowMs, heardAtMs: isLate ? nowMs : tab.heardAtMs };
  const isDue = nowMs - tab.saidAtMs >= SIGN_MS;
  const said: Step = isDue
    ? [{ ...next, saidAtMs: nowMs }, [post(tab, { type: 'page', page: tab.page })]]
    : [next, []];
  // A second `new SharedWorker` does no harm, so a hidden tab may try it.
  const mayAct = tab.relayIn === 'worker' ? tab.page !== 'frozen' : tab.page === 'visible';
  if (tab.speaking || !mayAct || nowMs - next.heardAtMs < SILENCE_MS) return said;
  return followedBy(said, (before) => revive({ ...before, heardAtMs: nowMs }));
}

/** Nothing was heard of the relay. */
function revive(tab: Tab): Step {
  if (tab.relayIn === 'tab') return steal(tab);
  if (tab.revivals === MAX_REVIVALS) return [tab, [{ type: 'give-up' }]];
  return [{ ...tab, revivals: tab.revivals + 1 }, [{ type: 'create-worker' }]];
}
