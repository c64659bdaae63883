/** The figures of all storms together: sums, maxima, and broken promises. */
import { type FaultKind, faultKinds } from './faults.ts';
import { slackMs, times } from './rig.ts';
import { type Measured, runStorm, type StormResult } from './storm.ts';

export interface Storms {
  readonly results: readonly StormResult[];
  /** Storms that did not finish, each with its seed and the proxy's log. */
  readonly failures: readonly string[];
}

/** Several at a time, in one process. */
export async function runStorms(
  seeds: readonly number[],
  { rounds, parallel }: { readonly rounds: number; readonly parallel: number },
): Promise<Storms> {
  const results: StormResult[] = [];
  const failures: string[] = [];
  const waiting = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      try {
        results.push(await endsInTime(runStorm({ seed, rounds })));
      } catch (thrown) {
        failures.push(`seed ${seed}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { results, failures };
}

/** A storm takes a few seconds, and each wait in it has a deadline of its own. */
const STORM_DEADLINE_MS = 300_000;

async function endsInTime<Result>(storm: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The storm did not come to its end.')), STORM_DEADLINE_MS);
  });
  try {
    return await Promise.race([storm, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The time that the promises allow, without the time for which the machine was busy. */
const DETECTION_MS = times.heartbeat.interval + times.heartbeat.timeout;
const RECOVERY_MS = DETECTION_MS + times.connectTimeout + times.reconnectDelayMax + times.reconnectJitter;

/** A timer that is late by no more than this was in time. */
const IN_TIME_MS = 25;

/**
 * Timers that are late by more than this make healthy links look dead, and attempts run out of time: how long such a
 * recovery takes says something about the machine alone.
 */
const TIMED_LAG_MS = times.heartbeat.timeout;

function isTimed({ lagMs }: Measured): boolean {
  return lagMs <= TIMED_LAG_MS;
}

function isLate({ ms, lagMs }: Measured, allowedMs: number): boolean {
  return ms > allowedMs + slackMs(lagMs);
}

/** What one storm broke, as text, with its seed and the proxy's log. Empty where every promise was kept. */
export function brokenPromises(result: StormResult): readonly string[] {
  const { verdict, requests, secrets, strangeErrors, mostLive, received, detections, recovery } = result;
  const mustBeZero = {
    'lost without a notice': verdict.lostWithoutNotice,
    duplicated: verdict.duplicated,
    reordered: verdict.reordered,
    altered: verdict.altered,
    'badly announced breaks': verdict.badlyAnnounced,
    'spurious notices': verdict.spurious,
    'unsettled requests': requests.unsettled,
    'misrouted replies': requests.misrouted,
    'places with the token': secrets.length,
    'strange errors': strangeErrors.length,
    'live sockets too many': mostLive - 1,
    'half-open links found too late': detections.filter((one) => isLate(one, DETECTION_MS)).length,
    'recoveries too late': isTimed(recovery) && isLate(recovery, RECOVERY_MS) ? 1 : 0,
    'delivered events that are no events of the server': verdict.delivered - verdict.breaks - 1 - received,
  };
  const broken = Object.entries(mustBeZero).flatMap(([name, count]) =>
    count === 0 ? [] : [`${count} ${name}`],
  );
  if (broken.length === 0) return [];
  const times = `detections ${JSON.stringify(detections)}, recovery ${JSON.stringify(recovery)}`;
  const details = [...verdict.findings, ...secrets, ...strangeErrors].slice(0, 10).concat(times);
  return [[`seed ${result.seed}: ${broken.join(', ')}`, ...details, result.facts].join('\n')];
}

export function figuresOf(results: readonly StormResult[]) {
  const sum = (pick: (result: StormResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  const worst = (pick: (result: StormResult) => readonly number[]): number =>
    Math.round(Math.max(0, ...results.flatMap((result) => [...pick(result)])));
  const faults = Object.fromEntries(faultKinds.map((kind) => [kind, sum((one) => one.faults[kind])]));
  const failed: Record<string, number> = {};
  for (const { requests } of results) {
    for (const [code, count] of Object.entries(requests.failed)) failed[code] = (failed[code] ?? 0) + count;
  }
  return {
    storms: results.length,
    faults: faults as Record<FaultKind, number>,
    faultsInAll: Object.values(faults).reduce((total, count) => total + count, 0),
    emitted: sum(({ published }) => published),
    delivered: sum(({ received }) => received),
    lostWithoutNotice: sum(({ verdict }) => verdict.lostWithoutNotice),
    duplicated: sum(({ verdict }) => verdict.duplicated),
    reordered: sum(({ verdict }) => verdict.reordered),
    altered: sum(({ verdict }) => verdict.altered),
    breaks: sum(({ verdict }) => verdict.breaks),
    breaksBadlyAnnounced: sum(({ verdict }) => verdict.badlyAnnounced),
    spuriousNotices: sum(({ verdict }) => verdict.spurious),
    links: sum(({ server }) => server.links),
    sessionsGivenUp: sum(({ verdict }) => verdict.givenUp),
    resumesAsked: sum(({ server }) => server.resumesAsked),
    resumesWithoutLoss: sum(({ server }) => server.resumes),
    eventsReplayed: sum(({ server }) => server.replayed),
    takeovers: sum(({ server }) => server.takeovers),
    socketsMade: sum(({ sockets }) => sockets),
    mostLiveSockets: worst(({ mostLive }) => [mostLive]),
    requestsIssued: sum(({ requests }) => requests.issued),
    requestsAnswered: sum(({ requests }) => requests.answered),
    requestsFailed: failed,
    requestsUnsettled: sum(({ requests }) => requests.unsettled),
    requestsMisrouted: sum(({ requests }) => requests.misrouted),
    tokenSightings: sum(({ secrets }) => secrets.length),
    strangeErrors: sum(({ strangeErrors }) => strangeErrors.length),
    halfOpenLinksWatched: sum(({ detections }) => detections.length),
    worstDetectionMs: worst(({ detections }) => detections.map(({ ms }) => ms)),
    worstDetectionWithTimersInTimeMs: worst(({ detections }) =>
      detections.filter(({ lagMs }) => lagMs <= IN_TIME_MS).map(({ ms }) => ms),
    ),
    recoveriesTimed: results.filter(({ recovery }) => isTimed(recovery)).length,
    worstTimedRecoveryMs: worst(({ recovery }) => (isTimed(recovery) ? [recovery.ms] : [])),
    worstRecoveryMs: worst(({ recovery }) => [recovery.ms]),
    worstTimerLagMs: worst(({ detections, recovery }) => [...detections, recovery].map(({ lagMs }) => lagMs)),
  };
}
