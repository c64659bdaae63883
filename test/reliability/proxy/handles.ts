/** Lists what this process holds open: sockets, listeners and timers, by kind. */

const kinds = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TCPConnectWrap', 'Timeout', 'Immediate']);

/** Compare with an earlier result: a test runner has timers of its own. */
export function handles(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = 0;
  for (const kind of process.getActiveResourcesInfo()) {
    if (kinds.has(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The handles that exist now and did not before; a runner's own timers may have ended meanwhile. */
export function newHandles(before: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(handles()).flatMap(([kind, count]) => {
    const more = count - (before[kind] ?? 0);
    return more > 0 ? [`${more} × ${kind}`] : [];
  });
}
