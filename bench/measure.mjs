/** Measures one contender in one tab: mounts, sends, waits until everything is shown, and reads the CPU time. */

/**
 * @typedef {import('./stage.tsx').Parts} Parts
 * @typedef {import('./stage.tsx').StageReading} StageReading
 * @typedef {import('./probe.ts').ProbeReading} ProbeReading
 * @typedef {import('./probe.ts').ProbeOf} ProbeOf
 * @typedef {import('./server-plan.mjs').Plan} Plan
 *
 * @typedef {object} Faults counts of events and components that must be 0
 * @property {number} lost
 * @property {number} duplicated
 * @property {number} outOfOrder
 * @property {number} stale components that do not show the newest event at the end, or showed an older one after a newer
 *
 * @typedef {object} Play one plan, sent and received
 * @property {number} scriptMs CPU of the page's scripts, on the main thread
 * @property {number} cpuMs CPU of all of the main thread's tasks
 * @property {number} wallMs from the first event sent to the last one shown
 * @property {number} lateMs from the last event sent to the last one shown
 * @property {StageReading} reading
 *
 * @typedef {object} Stage
 * @property {(count: number, prefix?: string) => string[]} names
 * @property {(parts: Partial<Parts>) => Promise<void>} mount with the connection; resolves once it is open
 * @property {(parts: Partial<Parts>) => Promise<void>} prepare names and counters for `reveal`, nothing is rendered
 * @property {() => Promise<void>} reveal what was prepared, in place of what was there
 * @property {() => Promise<void>} unmount
 * @property {(plan: Plan) => Promise<Play>} play
 * @property {(plan: Plan, probe: ProbeOf) => Promise<Play & { probe: ProbeReading }>} playAndProbe
 * @property {(plan: Plan) => Promise<void>} send without waiting until it is shown
 * @property {(name: string | null) => Promise<void>} greetWith when the next client connects, one event of this name is
 *   sent at once; null: nothing is sent any more
 * @property {(timeLimitMs?: number) => Promise<void>} settle waits until all that was sent is shown, and counts the faults
 * @property {() => Promise<StageReading>} read
 * @property {(names: readonly string[]) => Promise<number>} rendersOf components that show one of these names
 * @property {() => Promise<void>} restart
 * @property {(parts: Partial<Parts>, timeLimitMs: number) => Promise<number | null>} mountToFirstCall
 * @property {() => Promise<number | null>} firstCallAt
 * @property {(of: ProbeOf) => Promise<void>} startProbe
 * @property {() => Promise<ProbeReading>} stopProbe
 * @property {() => Promise<void>} press a mouse button, once
 * @property {() => Promise<void>} collectGarbage all of it: what was compiled may be gone too, so warm up afterwards
 * @property {() => Promise<number>} heapBytes after a collection of garbage
 * @property {import('./server.mjs').Server} server
 * @property {Faults} faults
 */

/** A received event must be shown within this time; then it counts as stale, or lost. */
const settleLimitMs = 30_000;
const callLimitMs = 20_000;

/**
 * @param {object} at
 * @param {import('./devtools-pipe.mjs').Tab} at.tab
 * @param {import('./server.mjs').Server} at.server
 * @param {string} at.url the server's, in the contender's dialect
 * @returns {Promise<Stage>}
 */
export async function createStage({ tab, server, url }) {
  const bench = await tab.hold(
    'new Promise((go) => { const look = () => (globalThis.bench ? go(bench) : setTimeout(look, 5)); look(); })',
    callLimitMs,
  );
  await tab.send('Performance.enable', { timeDomain: 'threadTicks' });

  /** @type {Parts} */
  let mounted = noParts;
  /** @type {Map<string, number>} */
  let handlersOf = new Map();
  /** @type {Map<string, number>} */
  const sent = new Map();
  /** The number of handler calls that are due since the last start. */
  let owed = 0;
  /** @type {Faults} */
  const faults = { lost: 0, duplicated: 0, outOfOrder: 0, stale: 0 };

  /**
   * @param {string} method
   * @param {readonly unknown[]} args
   * @param {number} [timeLimitMs]
   */
  const call = (method, args = [], timeLimitMs = callLimitMs) => bench.call(method, args, timeLimitMs);

  const metrics = async () => {
    const { metrics: list } = await tab.send('Performance.getMetrics');
    /** @param {string} name */
    const ms = (name) => 1000 * (list.find((/** @type {any} */ metric) => metric.name === name)?.value ?? 0);
    return {
      scriptMs: ms('ScriptDuration'),
      cpuMs: ms('TaskDuration') - ms('DevToolsCommandDuration'),
    };
  };

  const collectGarbage = async () => {
    await tab.send('HeapProfiler.collectGarbage');
  };

  /** @param {Partial<Parts>} parts */
  const stage = (parts) => {
    mounted = { ...noParts, ...parts };
    handlersOf = new Map();
    for (const name of mounted.handlers) handlersOf.set(name, (handlersOf.get(name) ?? 0) + 1);
  };

  /**
   * @param {string} name
   * @param {number} count
   */
  const owe = (name, count) => {
    sent.set(name, (sent.get(name) ?? 0) + count);
    owed += count * (handlersOf.get(name) ?? 0);
  };

  /** @type {Stage['send']} */
  const send = async (plan) => {
    for (const [name, count] of countByName(plan)) owe(name, count);
    await server.send(plan);
  };

  const settle = async (timeLimitMs = settleLimitMs) => {
    const shown = Object.fromEntries(mounted.latest.map((name) => [name, sent.get(name) ?? 0]));
    faults.stale += await call('settle', [owed, shown, timeLimitMs], timeLimitMs + callLimitMs);
    const { handlers, latest } = await read();
    faults.lost += Math.max(0, owed - (handlers.calls - handlers.duplicated));
    faults.duplicated += handlers.duplicated;
    faults.outOfOrder += handlers.outOfOrder;
    faults.stale += latest.backwards;
  };

  /** @returns {Promise<StageReading>} */
  const read = () => call('read');

  const restart = async () => {
    owed = 0;
    await call('restart');
  };

  /**
   * @param {Plan} plan
   * @param {{ begin: () => Promise<unknown>, end: () => Promise<unknown> }} [around]
   * @returns {Promise<Play>}
   */
  const play = async (plan, around) => {
    await restart();
    const before = await metrics();
    await around?.begin();
    const startedAt = performance.now();
    await send(plan);
    const sentAt = performance.now();
    await settle();
    const shownAt = performance.now();
    await around?.end();
    const after = await metrics();
    return {
      scriptMs: after.scriptMs - before.scriptMs,
      cpuMs: after.cpuMs - before.cpuMs,
      wallMs: shownAt - startedAt,
      lateMs: shownAt - sentAt,
      reading: await read(),
    };
  };

  return {
    server,
    faults,
    names: (count, prefix = 'event') => Array.from({ length: count }, (_, index) => `${prefix}_${index}`),
    async mount(parts) {
      stage(parts);
      await call('mount', [url, mounted]);
      await server.connected();
      await restart();
    },
    async prepare(parts) {
      stage(parts);
      await call('prepare', [mounted]);
    },
    reveal: () => call('reveal'),
    async unmount() {
      stage({});
      await call('unmount');
      await server.deserted();
    },
    play: (plan) => play(plan),
    async playAndProbe(plan, probe) {
      /** @type {ProbeReading[]} */
      const readings = [];
      const played = await play(plan, {
        begin: () => call('startProbe', [probe]),
        end: async () => readings.push(await call('stopProbe')),
      });
      const [reading] = readings;
      if (reading === undefined) throw new Error('The probe was never read.');
      return { ...played, probe: reading };
    },
    send,
    async greetWith(name) {
      await server.greetWith(name);
      if (name !== null) owe(name, 1);
    },
    settle,
    read,
    rendersOf: (names) => call('rendersOf', [names]),
    restart,
    mountToFirstCall(parts, timeLimitMs) {
      stage(parts);
      return call('mountToFirstCall', [url, mounted, timeLimitMs]);
    },
    firstCallAt: () => call('firstCallAt'),
    startProbe: (of) => call('startProbe', [of]),
    stopProbe: () => call('stopProbe'),
    async press() {
      const at = { x: 20, y: 20, button: 'left', clickCount: 1 };
      await tab.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at });
      await tab.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at });
    },
    collectGarbage,
    async heapBytes() {
      await collectGarbage();
      await collectGarbage();
      return (await tab.send('Runtime.getHeapUsage')).usedSize;
    },
  };
}

/** @type {Parts} */
const noParts = { handlers: [], latest: [], statuses: 0 };

/**
 * @param {Plan} plan
 * @returns {Map<string, number>}
 */
function countByName({ names, messages, order }) {
  switch (order) {
    case 'one-name':
      return new Map([[names[0] ?? '', messages]]);
    case 'round-robin':
      return new Map(
        names.map((name, index) => [name, Math.max(0, Math.ceil((messages - index) / names.length))]),
      );
    default:
      return /** @satisfies {never} */ (order);
  }
}
