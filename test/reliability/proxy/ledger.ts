/** Checks the promise: compares what a subscriber received with what the server's log says it emitted. */
import type { IWebSocketEvent, MissedEvents, WebSocketService } from 'everwire/core';
import type { SessionLog } from './server.ts';

/** What a subscriber received, in order. */
export type Delivery =
  | { readonly kind: 'event'; readonly event: IWebSocketEvent }
  | { readonly kind: 'notice'; readonly notice: MissedEvents };

export interface Verdict {
  /** Events of the server's log, including hellos. */
  readonly delivered: number;
  /** Missing, without a notice. */
  readonly lostWithoutNotice: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Received with other data than the server sent, or never sent at all. */
  readonly altered: number;
  /** Changes of session that the client went through. */
  readonly breaks: number;
  /** Of these, the ones where the client no longer asked for its old session. */
  readonly givenUp: number;
  /** Breaks without a notice, with more than one, or with a wrong one. */
  readonly badlyAnnounced: number;
  /** Notices without a break. */
  readonly spurious: number;
  /** The first few findings, as text. */
  readonly findings: readonly string[];
}

/** Records from now on. */
export function keepLedger(service: WebSocketService): Delivery[] {
  const deliveries: Delivery[] = [];
  service.events$.subscribe((event) => deliveries.push({ kind: 'event', event }));
  service.missed$.subscribe((notice) => deliveries.push({ kind: 'notice', notice }));
  return deliveries;
}

/** The id of the session of the last event, and the number that comes next in it. */
export function positionOf(deliveries: readonly Delivery[]): {
  readonly id: string | null;
  readonly nextSeq: number;
} {
  const newest = deliveries.findLast(({ kind }) => kind === 'event');
  const hello = deliveries.findLast((one) => one.kind === 'event' && one.event.event === 'hello');
  return {
    id: hello?.kind === 'event' ? idOf(hello.event) : null,
    nextSeq: newest?.kind === 'event' ? newest.event.seq + 1 : 0,
  };
}

const MAX_FINDINGS = 5;

/** Call when everything has arrived: events missing at the end count as lost. */
export function compare(deliveries: readonly Delivery[], sessions: ReadonlyMap<string, SessionLog>): Verdict {
  const tally = {
    delivered: 0,
    lostWithoutNotice: 0,
    duplicated: 0,
    reordered: 0,
    altered: 0,
    breaks: 0,
    givenUp: 0,
    badlyAnnounced: 0,
    spurious: 0,
  };
  const findings: string[] = [];
  const find = (kind: keyof typeof tally, count: number, words: string): void => {
    tally[kind] += count;
    if (findings.length < MAX_FINDINGS) findings.push(`${kind}: ${words}`);
  };

  let session: SessionLog | null = null;
  let nextSeq = 0;
  let seen = new Set<number>();
  let notices: MissedEvents[] = [];

  const change = (hello: IWebSocketEvent): void => {
    const id = idOf(hello);
    const before = session?.id ?? null;
    session = sessions.get(id) ?? unknownSession(id);
    nextSeq = 0;
    seen = new Set();
    if (before === null) {
      if (notices.length > 0) find('spurious', notices.length, `before the first hello, ${words(notices)}`);
    } else {
      tally.breaks += 1;
      if (session.begun === 'unasked') tally.givenUp += 1;
      const [notice] = notices;
      const isRight =
        notices.length === 1 &&
        notice?.reason === 'new-session' &&
        notice.previousConnectionId === before &&
        notice.connectionId === id;
      if (!isRight) find('badlyAnnounced', 1, `${before} → ${id} was announced by ${words(notices)}`);
    }
    notices = [];
  };

  for (const one of deliveries) {
    if (one.kind === 'notice') {
      notices.push(one.notice);
      continue;
    }
    const { event } = one;
    const current: SessionLog | null = session;
    if (event.event === 'hello' && idOf(event) !== (current as SessionLog | null)?.id) change(event);
    if (notices.length > 0) {
      find('spurious', notices.length, `before ${event.event} ${event.seq}, ${words(notices)}`);
      notices = [];
    }
    const log: SessionLog = session ?? unknownSession('no session');
    const where = `${log.id}: ${event.event} ${event.seq}, where ${nextSeq} was next`;
    if (seen.has(event.seq)) find('duplicated', 1, where);
    else if (event.seq < nextSeq) find('reordered', 1, where);
    else if (event.seq > nextSeq) find('lostWithoutNotice', event.seq - nextSeq, where);
    const emitted = log.emitted[event.seq];
    if (JSON.stringify(emitted) !== JSON.stringify({ event: event.event, data: event.data })) {
      find('altered', 1, `${where}; the server's log has ${JSON.stringify(emitted)}`);
    }
    tally.delivered += 1;
    seen.add(event.seq);
    nextSeq = Math.max(nextSeq, event.seq + 1);
  }

  const last: SessionLog | null = session;
  const missing = ((last as SessionLog | null)?.emitted.length ?? 0) - nextSeq;
  if (missing > 0) find('lostWithoutNotice', missing, `the last ${missing} events of the last session`);
  if (notices.length > 0) find('spurious', notices.length, `at the end, ${words(notices)}`);
  return { ...tally, findings };
}

/** A session that never existed: each of its events is a finding. */
function unknownSession(id: string): SessionLog {
  return { id, begun: 'for-another', emitted: [] };
}

function idOf(hello: IWebSocketEvent): string {
  return String((hello.data as { readonly connection_id?: unknown }).connection_id);
}

function words(notices: readonly MissedEvents[]): string {
  return notices.length === 0
    ? 'no notice'
    : notices
        .map((notice) => `${notice.reason} (${notice.previousConnectionId} → ${notice.connectionId})`)
        .join(', ');
}
