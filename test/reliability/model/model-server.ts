/**
 * A server with Mattermost's rules and small queues. It knows what is true: for each session it records what it has
 * sent, in order, and how the session ended. It speaks the envelope's wire format, and shares no code with what it
 * tests.
 */
import type { VirtualTime } from './virtual-time.ts';

export interface ServerOptions {
  /**
   * `sessions`: ids, numbers, resume. `numbers`: each link counts from 0, without ids. `plain`: events without numbers.
   */
  readonly numbering: 'sessions' | 'numbers' | 'plain';
  /** What happens to a resume while the server still believes that the old link is alive. */
  readonly whileAlive: 'refused' | 'taken-over';
  /** `blind`: a broken server that accepts every known id, and replays only what it still has. */
  readonly resume: 'exact' | 'blind';
  /**
   * `rejected`: answered with an error that is no frame of the envelope. `refused`: the link is closed because of a ping.
   */
  readonly pings: 'answered' | 'ignored' | 'rejected' | 'refused';
  /** `mattermost`: actions, and an expired session that is refused by each reply instead of a close. */
  readonly dialect: 'envelope' | 'mattermost';
}

/** The outcome of one handshake. */
export type Handshake =
  | 'refused'
  /** Refused, if it asks for a session. */
  | 'session-refused'
  | 'hanging'
  | 'slow'
  | 'closed-at-once'
  | 'misunderstood'
  | 'greeted-and-closed'
  | 'unauthorized'
  | 'mute'
  /** Each of these accepts the link, sends no event, answers once, and then ends it in this way. */
  | 'answered-and-closed'
  | 'answered-and-cut'
  | 'answered-and-stalled';

/** A client's end of one link, as the server sees it. */
export interface Caller {
  readonly url: string;
  readonly protocols: readonly string[];
  accept(): void;
  refuse(): void;
  /** `costMs`: how long the frame takes on the network. */
  send(frame: unknown, costMs?: number): void;
  /** Null: an empty close frame. */
  close(code: number | null, reason: string): void;
  /** Breaks the TCP connection. `lost`: frames on their way are lost too. */
  cut(underWay: 'lost' | 'arrives'): void;
  /**
   * Nothing moves any more after the frames that were sent so far, in either direction, and neither end learns of it.
   */
  stall(): void;
  readonly stuck: number;
}

/** A server's end of one link. */
export interface Callee {
  receive(frame: unknown): void;
  /** The client's close frame has arrived, or the connection broke. */
  gone(): void;
  /** A stalled link moves again. */
  flowing(): void;
}

/** Carried by every event, so that each delivery can be checked. */
export interface Stamp {
  /** The id of the emission: the same in every session that receives it. */
  readonly uid: number;
  /** The session, or the link where there are no ids. */
  readonly sid: string;
  /** The place in the session: the events sent before it are 0 to k − 1. */
  readonly k: number;
  readonly user: string;
}

export interface Session {
  readonly id: string;
  readonly user: string;
  /** The number of the next event; a faulty server may skip some. */
  nextSeq: number;
  nextK: number;
  /** Not written yet, and not numbered yet. */
  active: { readonly name: string; readonly uid: number; readonly costMs: number }[];
  /** The newest written events. */
  written: { readonly seq: number; readonly frame: string }[];
  link: ServerLink | null;
  inactiveSinceMs: number;
  lastUid: number;
  /** It has restarted its count, so that numbers are ambiguous: it cannot be resumed any more. */
  hasCountedAnew: boolean;
}

export interface ServerLink {
  readonly caller: Caller;
  readonly openedAtMs: number;
  session: Session | null;
  state: 'waiting' | 'up' | 'down';
  /** Set by a fault: the next event is kept, and sent after the one that follows it. */
  swap: 'no' | 'armed' | string;
  hasGreeted: boolean;
  /** It has carried a hello that can't be read. A first number after it may be that of a new session. */
  hasBrokenHello: boolean;
  /** Ends a link that carries one answer and no event; null on every other link. */
  readonly endAfterAnswer: (() => void) | null;
  /** The user, and the version of their token. */
  owner: { readonly user: string; readonly version: number } | null;
}

export interface ResumeRecord {
  readonly id: string;
  readonly seq: number;
  readonly outcome: 'lossless' | 'refused';
}

export interface ModelServer {
  arrive(caller: Caller): Callee;
  /** The outcomes of the next handshakes, one each. */
  readonly script: Handshake[];
  /** The newest link that the server believes in. */
  readonly link: ServerLink | null;
  /** The newest session; null before the first, and after it was lost. */
  readonly session: Session | null;
  /** `costMs`: how long it takes on the network, each time it is sent. */
  emit(name: string, costMs?: number): void;
  drop(underWay: 'lost' | 'arrives'): void;
  close(code: number | null, reason: string): void;
  restart(how: 'cut' | 'announced'): void;
  /** Faults of the server; `false`: there was no occasion for it. */
  skip(): boolean;
  withhold(name: string): boolean;
  repeat(back: number): boolean;
  swap(): boolean;
  greetAgain(): boolean;
  countAnew(): boolean;
  strayReply(): boolean;
  garbage(frame: unknown): boolean;
  /** Tokens of this user with a lower version are refused from now on. */
  expireTokens(user: string): void;
  tokenVersion(user: string): number;
  /** The messages that arrived from clients, without pings and replies. */
  readonly received: { readonly event: string; readonly nonce: number; readonly link: ServerLink }[];
  readonly resumes: ResumeRecord[];
  readonly emitted: number;
  /** Everything that a client must never do, as text. */
  readonly complaints: string[];
  /** Ends all faults. */
  heal(): void;
  /** Whether the newest link was closed because of a ping. */
  readonly hasRefusedPing: boolean;
  /** Sessions with a fault that may end their session. */
  readonly faulty: ReadonlySet<string>;
  readonly sessionsMade: number;
}

/** Mattermost's are 256, 128 and so on; small ones overflow sooner. */
const ACTIVE_SIZE = 16;
const WRITTEN_SIZE = 8;
const KERNEL_SIZE = 4;
const REAPER_MS = 300_000;
const SLOW_HANDSHAKE_MS = 20_000;
const LATE_REPLY_MS = 15_000;
/** The codes with which servers close a link because of a message that they do not know. */
const REFUSAL_CODES = [1008, 1003, 1011, 1002, 1007, null, 1000, 4400];
/** A client that asks nothing gets no answer: such a link ends anyway. */
const UNASKED_MS = 5_000;

export function createModelServer(time: VirtualTime, options: ServerOptions): ModelServer {
  const sessions = new Map<string, Session>();
  const script: Handshake[] = [];
  const received: ModelServer['received'] = [];
  const resumes: ResumeRecord[] = [];
  const complaints: string[] = [];
  const faulty = new Set<string>();
  const lowestVersion = new Map<string, number>();
  const unanswered: { readonly seq: number; readonly link: ServerLink }[] = [];
  /** Of large frames. */
  const costs = new Map<string, number>();
  let links: ServerLink[] = [];
  let isHealed = false;
  let current: Session | null = null;
  let issued = 0;
  let uids = 0;
  let emitted = 0;
  let refusedPings = 0;
  let hasRefusedPing = false;

  // Sessions.

  const createSession = (user: string): Session => {
    issued += 1;
    const session: Session = {
      id: `SID${issued}`,
      user,
      nextSeq: 0,
      nextK: 0,
      active: [],
      written: [],
      link: null,
      inactiveSinceMs: time.nowMs,
      lastUid: 0,
      hasCountedAnew: false,
    };
    if (options.numbering === 'sessions') sessions.set(session.id, session);
    return session;
  };

  const bind = (link: ServerLink, session: Session): void => {
    link.session = session;
    session.link = link;
    // A link that the client has left may authenticate late.
    if (links.at(-1) === link) current = session;
  };

  /** The server has noticed: the session waits for its client, if the server keeps sessions. */
  const unbind = (link: ServerLink): void => {
    link.state = 'down';
    links = links.filter((other) => other !== link);
    const { session } = link;
    if (session === null || session.link !== link) return;
    session.link = null;
    session.inactiveSinceMs = time.nowMs;
    if (options.numbering !== 'sessions') forget(session);
  };

  const forget = (session: Session): void => {
    sessions.delete(session.id);
    // A link that opened late, and was closed at once, may have been the newest, beside the one in use.
    if (current === session) current = links.findLast((link) => link.session !== null)?.session ?? null;
  };

  const isReaped = ({ link, inactiveSinceMs }: Session): boolean => {
    if (link !== null) return false;
    const staleAtMs = inactiveSinceMs + REAPER_MS;
    return Math.ceil(staleAtMs / REAPER_MS) * REAPER_MS <= time.nowMs;
  };

  // Writing.

  const stamp = (session: Session, uid: number): Stamp => {
    const k = session.nextK;
    session.nextK += 1;
    session.lastUid = uid;
    return { uid, sid: session.id, k, user: session.user };
  };

  const numbered = (session: Session, event: string, data: object): string => {
    if (options.numbering === 'plain') return JSON.stringify({ event, data });
    const seq = session.nextSeq;
    session.nextSeq += 1;
    const frame = JSON.stringify({ event, data, seq });
    session.written.push({ seq, frame });
    if (session.written.length > WRITTEN_SIZE) session.written.shift();
    return frame;
  };

  const sendTo = ({ caller }: ServerLink, frame: string): void => caller.send(frame, costs.get(frame));

  const write = (session: Session, name: string, uid: number, costMs: number): void => {
    const frame = numbered(session, name, stamp(session, uid));
    if (costMs > 0) costs.set(frame, costMs);
    const { link } = session;
    if (link === null) return;
    if (link.swap === 'armed') {
      link.swap = frame;
      return;
    }
    sendTo(link, frame);
    if (link.swap !== 'no') {
      sendTo(link, link.swap);
      link.swap = 'no';
    }
  };

  const greet = (session: Session): void => {
    if (options.numbering !== 'sessions') return;
    uids += 1;
    const facts = { ...stamp(session, uids), connection_id: session.id };
    if (session.link === null) return;
    session.link.hasGreeted = true;
    session.link.caller.send(numbered(session, 'hello', facts));
  };

  const canWrite = (session: Session): boolean =>
    session.link?.state === 'up' && session.link.caller.stuck < KERNEL_SIZE && !isShut(session.link);

  const drain = (session: Session): void => {
    while (canWrite(session)) {
      const next = session.active.shift();
      if (next === undefined) return;
      write(session, next.name, next.uid, next.costMs);
    }
  };

  const enqueue = (session: Session, name: string, uid: number, costMs: number): void => {
    session.active.push({ name, uid, costMs });
    drain(session);
    if (session.active.length <= ACTIVE_SIZE) return;
    // A client that is too slow: an empty close frame, and the session is gone.
    const { link } = session;
    forget(session);
    if (link === null) return;
    unbind(link);
    link.caller.close(null, '');
  };

  // Handshakes.

  const accept = (link: ServerLink, user: string, resume: { id: string; seq: number } | null): void => {
    link.state = 'up';
    const known = resume === null ? undefined : sessions.get(resume.id);
    if (resume !== null) {
      if (resume.seq < 1) complaints.push(`a resume from ${resume.seq}`);
      if (known !== undefined && known.user !== user)
        complaints.push(`a resume of the session of ${known.user} by ${user}`);
    }
    if (resume === null || known === undefined || known.user !== user || isReaped(known)) {
      if (resume !== null) resumes.push({ ...resume, outcome: 'refused' });
      if (known !== undefined) forget(known);
      bind(link, createSession(user));
      return greet(link.session as Session);
    }
    if (known.link !== null) {
      if (options.whileAlive === 'refused') {
        resumes.push({ ...resume, outcome: 'refused' });
        bind(link, createSession(user));
        return greet(link.session as Session);
      }
      const old = known.link;
      unbind(old);
      old.caller.cut('lost');
    }
    const has = resume.seq === known.nextSeq || known.written.some(({ seq }) => seq === resume.seq);
    const isComplete = has && !known.hasCountedAnew;
    if (isComplete || (options.resume === 'blind' && !known.hasCountedAnew)) {
      resumes.push({ ...resume, outcome: isComplete ? 'lossless' : 'refused' });
      if (!isComplete) faulty.add(known.id);
      bind(link, known);
      for (const { seq, frame } of known.written) if (seq >= resume.seq) sendTo(link, frame);
      return drain(known);
    }
    // Events that were already sent are lost; those that still wait go to the new session.
    resumes.push({ ...resume, outcome: 'refused' });
    forget(known);
    const fresh = createSession(user);
    fresh.active = known.active;
    bind(link, fresh);
    greet(fresh);
    drain(fresh);
  };

  const isExpired = ({ owner }: ServerLink): boolean =>
    owner !== null && owner.version < (lowestVersion.get(owner.user) ?? 0);

  /** Such a link stays open, and carries nothing but refusals. */
  const isShut = (link: ServerLink): boolean => options.dialect === 'mattermost' && isExpired(link);

  const authorise = (link: ServerLink, token: string | null): boolean => {
    if (token === null) return true;
    const [, user = '', version = '0'] = token.split('.');
    link.owner = { user, version: Number(version) };
    if (!isExpired(link)) return true;
    if (options.dialect === 'envelope') {
      unbind(link);
      link.caller.close(4401, 'who are you?');
    }
    return false;
  };

  const answer = (link: ServerLink, event: string, { seq, data }: Record<string, unknown>): void => {
    const send = (reply: object): void => {
      if (link.state !== 'up') return;
      link.caller.send(JSON.stringify(reply));
      link.endAfterAnswer?.();
    };
    if (isShut(link)) {
      const error = {
        id: 'api.web_socket_router.not_authenticated.app_error',
        message: '',
        status_code: 401,
      };
      return send({ seq_reply: seq, status: 'FAIL', error });
    }
    if (event === 'ping') {
      switch (options.pings) {
        case 'answered':
          return send({ seq_reply: seq, status: 'OK' });
        case 'ignored':
          return;
        case 'rejected':
          return send({ message: 'Forbidden', requestId: `r-${seq}` });
        case 'refused': {
          const code = REFUSAL_CODES[refusedPings % REFUSAL_CODES.length] ?? null;
          refusedPings += 1;
          hasRefusedPing = true;
          unbind(link);
          return link.caller.close(code, 'unknown message');
        }
        default:
          options.pings satisfies never;
      }
    }
    if (event === 'authenticate') return;
    if (event === 'authentication_challenge') return send({ seq_reply: seq, status: 'OK' });
    const nonce = Number((data as { nonce?: unknown } | undefined)?.nonce ?? -1);
    received.push({ event, nonce, link });
    const reply = { seq_reply: seq, status: 'OK', data: { nonce } };
    switch (event) {
      case 'ask':
        return send(reply);
      case 'ask-twice':
        send(reply);
        return send({ ...reply, data: { nonce: -2 } });
      case 'ask-fail':
        return send({ seq_reply: seq, status: 'FAIL', error: { message: 'no', id: 'a.b' } });
      case 'ask-late':
        time.later(LATE_REPLY_MS, () => send(reply));
        return;
      case 'ask-never':
        unanswered.push({ seq: Number(seq), link });
        return;
      default:
        return;
    }
  };

  /** Null: the link may live on. */
  const endOf = (behaviour: Handshake | undefined, caller: Caller): (() => void) | null => {
    switch (behaviour) {
      case 'answered-and-closed':
        return () => caller.close(1011, 'not now');
      case 'answered-and-cut':
        return () => caller.cut('arrives');
      case 'answered-and-stalled':
        // Nothing stalls any more once all faults have ended.
        return () => (isHealed ? caller.cut('arrives') : caller.stall());
      default:
        return null;
    }
  };

  const withLink = (task: (link: ServerLink, session: Session) => boolean): boolean => {
    const link = links.at(-1);
    return link?.state === 'up' && link.session !== null ? task(link, link.session) : false;
  };

  return {
    script,
    received,
    resumes,
    complaints,
    faulty,
    get link() {
      return links.at(-1) ?? null;
    },
    get session() {
      return current;
    },
    get hasRefusedPing() {
      return hasRefusedPing;
    },
    get emitted() {
      return emitted;
    },
    get sessionsMade() {
      return issued;
    },
    arrive(caller) {
      hasRefusedPing = false;
      const behaviour = script.shift();
      const link: ServerLink = {
        caller,
        openedAtMs: time.nowMs,
        session: null,
        state: 'waiting',
        swap: 'no',
        hasGreeted: false,
        hasBrokenHello: false,
        endAfterAnswer: endOf(behaviour, caller),
        owner: null,
      };
      const query = new URL(caller.url).searchParams;
      const id = query.get('connection_id') || null;
      const seq = id === null && options.dialect === 'mattermost' ? null : query.get('sequence_number');
      if ((id === null) !== (seq === null))
        complaints.push('an id without a number, or a number without an id');
      const resume = id === null || seq === null ? null : { id, seq: Number(seq) };
      const subprotocol = caller.protocols.find((one) => one.startsWith('everwire.token.'));
      const token =
        query.get('token') ??
        query.get('access_token') ??
        (subprotocol === undefined ? null : atob(subprotocol.slice('everwire.token.'.length)));
      const mode = query.get('auth');
      const start = (credential: string | null): void => {
        if (authorise(link, credential)) accept(link, credential?.split('.')[1] ?? 'nobody', resume);
      };
      const open = (): void => {
        if (link.state === 'down') return;
        links.push(link);
        caller.accept();
        link.state = 'up';
        if (mode !== 'message') start(token);
      };
      switch (behaviour) {
        case undefined:
          open();
          break;
        case 'refused':
          caller.refuse();
          break;
        case 'session-refused':
          if (id === null) open();
          else caller.refuse();
          break;
        case 'hanging':
          break;
        case 'slow':
          time.later(SLOW_HANDSHAKE_MS, open);
          break;
        case 'closed-at-once':
          caller.accept();
          caller.close(1011, 'not now');
          break;
        case 'misunderstood':
          caller.accept();
          caller.close(1002, 'protocol error');
          break;
        case 'greeted-and-closed':
          open();
          if (link.session !== null) {
            unbind(link);
            caller.close(1011, 'not now');
          }
          break;
        case 'unauthorized':
          caller.accept();
          caller.close(4401, `not with ${token ?? 'that'}`);
          break;
        case 'mute':
          caller.accept();
          caller.stall();
          break;
        case 'answered-and-closed':
        case 'answered-and-cut':
        case 'answered-and-stalled':
          caller.accept();
          link.state = 'up';
          time.later(UNASKED_MS, () => link.endAfterAnswer?.());
          break;
        default:
          behaviour satisfies never;
      }
      return {
        receive(frame) {
          if (link.state !== 'up') return;
          let parsed: Record<string, unknown>;
          try {
            parsed = JSON.parse(String(frame));
          } catch {
            complaints.push('a frame that is not JSON');
            return;
          }
          const event = String(parsed.event ?? parsed.action);
          if (mode === 'message' && link.owner === null && link.endAfterAnswer === null) {
            if (!/^authenticat/.test(event)) {
              complaints.push(`"${event}" before the authentication`);
              return;
            }
            start(String((parsed.data as { token?: unknown } | undefined)?.token));
            if (options.dialect === 'envelope') return;
          }
          answer(link, event, parsed);
        },
        gone: () => unbind(link),
        flowing() {
          if (link.session !== null) drain(link.session);
        },
      };
    },
    emit(name, costMs = 0) {
      uids += 1;
      if (current !== null) emitted += 1;
      for (const session of new Set([...sessions.values(), ...links.flatMap((link) => link.session ?? [])])) {
        if (isReaped(session)) forget(session);
        else enqueue(session, name, uids, costMs);
      }
    },
    drop(underWay) {
      const link = links.at(-1);
      if (link === undefined) return;
      unbind(link);
      link.caller.cut(underWay);
    },
    close(code, reason) {
      const link = links.at(-1);
      if (link === undefined) return;
      unbind(link);
      link.caller.close(code, reason);
    },
    restart(how) {
      const all = links;
      for (const link of all) unbind(link);
      sessions.clear();
      current = null;
      for (const { caller } of all) {
        if (how === 'cut') caller.cut('lost');
        else caller.close(1012, 'restart');
      }
    },
    // Where it has restarted its count, a missing number could not be distinguished from a restart.
    skip: () =>
      withLink((_, session) => {
        if (options.numbering === 'plain' || session.hasCountedAnew) return false;
        faulty.add(session.id);
        session.nextSeq += 1;
        session.nextK += 1;
        emitted += 1;
        return true;
      }),
    withhold: (name) =>
      withLink((_, session) => {
        if (options.numbering === 'plain' || session.hasCountedAnew) return false;
        if (!canWrite(session) || session.active.length > 0) return false;
        faulty.add(session.id);
        uids += 1;
        emitted += 1;
        numbered(session, name, stamp(session, uids));
        return true;
      }),
    repeat: (back) =>
      withLink((link, session) => {
        const old = session.written.at(-1 - back);
        // A hello with a number that was already used means that the server restarts its count.
        if (old === undefined || old.frame.includes('"hello"') || link.hasBrokenHello) return false;
        sendTo(link, old.frame);
        return true;
      }),
    swap: () =>
      withLink((link, session) => {
        if (options.numbering === 'plain' || session.hasCountedAnew || link.swap !== 'no') return false;
        faulty.add(session.id);
        link.swap = 'armed';
        return true;
      }),
    greetAgain: () =>
      withLink((link, session) => {
        if (options.numbering !== 'sessions') return false;
        uids += 1;
        const facts = { ...stamp(session, uids), connection_id: session.id };
        link.caller.send(numbered(session, 'hello', facts));
        return true;
      }),
    countAnew: () =>
      withLink((link, session) => {
        // After another fault it would be ambiguous which events are missing.
        if (options.numbering !== 'sessions' || faulty.has(session.id)) return false;
        const [only] = session.written;
        if (session.nextSeq === 1 && only !== undefined) {
          // Nothing has been counted yet: the same hello, twice. Over another link it would mean something else.
          if (!link.hasGreeted) return false;
          link.caller.send(only.frame);
          return true;
        }
        session.nextSeq = 0;
        session.written = [];
        session.hasCountedAnew = true;
        faulty.add(session.id);
        greet(session);
        return true;
      }),
    strayReply: () =>
      withLink((link) => {
        // An answer over another link than that of the question, or to a question that nobody asked.
        const old = unanswered.find((one) => one.link !== link);
        link.caller.send(
          JSON.stringify({ seq_reply: old?.seq ?? 999_999, status: 'OK', data: { nonce: -3 } }),
        );
        return true;
      }),
    garbage: (frame) =>
      withLink((link) => {
        link.hasBrokenHello ||= String(frame).includes('"hello"');
        link.caller.send(frame);
        return true;
      }),
    expireTokens(user) {
      lowestVersion.set(user, (lowestVersion.get(user) ?? 0) + 1);
    },
    tokenVersion: (user) => lowestVersion.get(user) ?? 0,
    heal() {
      isHealed = true;
      script.length = 0;
      for (const link of links) {
        // The one that would have overtaken it may not come before the end.
        if (link.swap !== 'no' && link.swap !== 'armed') sendTo(link, link.swap);
        link.swap = 'no';
      }
    },
  };
}
