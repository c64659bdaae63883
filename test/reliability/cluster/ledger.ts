/** Compares what was published with what each client was given. */
import type { LedgerClient } from './client.ts';
import type { Published } from './publisher.ts';
import type { Room } from './room.ts';

export interface Figures {
  clients: number;
  published: number;
  deliveries: number;
  lostSilently: number;
  duplicated: number;
  outOfOrder: number;
  /** Notices of clients that had missed nothing. */
  spuriousNotices: number;
  notices: number;
  roomDeliveries: number;
  /** Joins of new sessions that went on where the client had been. */
  roomRecoveries: number;
  /** Events of a channel that came to a client which the server had removed from it. */
  leaked: number;
}

/** An event whose process died while it published has a place near its number in the log; this far away it is certain. */
const NEAR = 100;

export function compare(ledger: readonly Published[], clients: readonly LedgerClient[]): Figures {
  const figures: Figures = {
    clients: clients.length,
    published: ledger.length,
    deliveries: 0,
    lostSilently: 0,
    duplicated: 0,
    outOfOrder: 0,
    spuriousNotices: 0,
    notices: 0,
    roomDeliveries: 0,
    roomRecoveries: 0,
    leaked: 0,
  };
  const isStored = new Set(ledger.filter(({ outcome }) => outcome === 'stored').map(({ n }) => n));
  // Nobody knows whether they were stored, until a client has one: then they were, for all clients.
  const seenBySome = new Set(
    clients.flatMap(({ numbers, room }) => [...numbers, ...room.numbers].filter((n) => !isStored.has(n))),
  );
  const toAll = new Set(
    ledger.filter(({ user, channel }) => user === null && channel === null).map(({ n }) => n),
  );
  /** The event to all before one of these in the log. */
  const before = new Map<number, number>();

  for (const { user, numbers, notices, room } of clients) {
    const mine = ledger.filter(
      ({ user: only, channel }) => channel === null && (only === null || only === user),
    );
    compareRoom(figures, room, ledger, isStored, seenBySome);
    figures.deliveries += numbers.length;
    figures.notices += notices.length;
    figures.duplicated += numbers.length - new Set(numbers).size;
    figures.spuriousNotices += spuriousNotices(numbers, notices, mine);
    const starts = [0, ...notices.map(({ after }) => after), numbers.length];
    for (const [index, start] of starts.slice(0, -1).entries()) {
      const part = numbers.slice(start, starts[index + 1]);
      const isLast = index === starts.length - 2;
      figures.outOfOrder +=
        outOfOrder(part, isStored) +
        movedEvents(
          part.filter((n) => toAll.has(n)),
          isStored,
          before,
        );
      figures.lostSilently += lostIn(part, mine, isLast, seenBySome);
    }
  }
  return figures;
}

/** A channel has every event from the first that the client got, but where the server said that it can't have. */
function compareRoom(
  figures: Figures,
  { name, numbers, breaks, recoveries, lefts, leaked }: Room,
  ledger: readonly Published[],
  isStored: ReadonlySet<number>,
  seenBySome: ReadonlySet<number>,
): void {
  const inRoom = ledger.filter(({ channel }) => channel === name);
  figures.roomDeliveries += numbers.length;
  figures.roomRecoveries += recoveries;
  figures.leaked += leaked;
  figures.duplicated += numbers.length - new Set(numbers).size;
  const starts = [0, ...breaks, numbers.length];
  for (const [index, start] of starts.slice(0, -1).entries()) {
    const part = numbers.slice(start, starts[index + 1]);
    figures.outOfOrder += outOfOrder(part, isStored);
    figures.lostSilently += lostIn(part, inRoom, index === starts.length - 2 && lefts === 0, seenBySome);
  }
}

function outOfOrder(part: readonly number[], isStored: ReadonlySet<number>): number {
  const sure = part.filter((n) => isStored.has(n));
  return sure.filter((n, at) => at > 0 && n <= (sure[at - 1] ?? 0)).length;
}

/** Events of unknown outcome that come at another place than for an earlier client, among those that all clients get. */
function movedEvents(
  part: readonly number[],
  isStored: ReadonlySet<number>,
  before: Map<number, number>,
): number {
  let moved = 0;
  for (const [at, n] of part.entries()) {
    const previous = part[at - 1];
    if (isStored.has(n) || previous === undefined) continue;
    const known = before.get(n);
    if (known === undefined) before.set(n, previous);
    else if (known !== previous) moved += 1;
  }
  return moved;
}

/** What lies between the first and the last number of a part, and is not in it. The last part must have all that follows. */
function lostIn(
  part: readonly number[],
  mine: readonly Published[],
  isLast: boolean,
  seenBySome: ReadonlySet<number>,
): number {
  const first = part[0];
  if (first === undefined) return 0;
  const final = isLast ? Number.POSITIVE_INFINITY : Math.max(...part.slice(-1));
  const seen = new Set(part);
  return mine.filter(({ n, outcome }) => {
    if (seen.has(n) || n < first || n > final) return false;
    if (outcome === 'stored') return true;
    return seenBySome.has(n) && n > first + NEAR && n < final - NEAR;
  }).length;
}

/** A notice is due if something lies between the number before it and the one after it. */
function spuriousNotices(
  numbers: readonly number[],
  notices: LedgerClient['notices'],
  mine: readonly Published[],
): number {
  const all = new Set(numbers);
  return notices.filter(({ after }) => {
    const from = numbers[after - 1] ?? 0;
    const to = numbers[after] ?? Number.POSITIVE_INFINITY;
    return !mine.some(({ n, outcome }) => n > from && n < to && outcome !== 'pending' && !all.has(n));
  }).length;
}
