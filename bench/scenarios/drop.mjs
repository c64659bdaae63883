/** Breaks the link, and measures renders, the time to recover, and missed events. */

import { onlyVariant } from '../scenario.mjs';

const components = 50;
/** Until every contender has settled after a reconnect. */
const calmMs = 500;
const settleLimitMs = 3_000;

/** @type {import('../scenario.mjs').Scenario} */
export const drop = {
  id: 'drop',
  title: 'Drop and recovery',
  about:
    `${components} components that show a name, ${components} with a handler, one that shows the status. The TCP link ` +
    'is cut twice, with default options: once while nothing is sent, and once while 200 events are.',
  variants: onlyVariant,
  rounds: 'one',
  secondsPerTab: 10,
  timeLimitMs: 90_000,
  async measure(stage) {
    const { server } = stage;
    const names = stage.names(components);
    /** @param {number} count */
    const plan = (count) => ({
      names,
      messages: count,
      perSecond: /** @type {const} */ (1_000),
      order: /** @type {const} */ ('round-robin'),
    });
    const greeting = 'greeting';
    await stage.mount({ handlers: [...names, greeting], latest: names, statuses: 1 });
    await stage.play(plan(200));

    await stage.restart();
    await stage.greetWith(greeting);
    const killedAt = Date.now();
    await server.kill();
    await server.connected();
    await stage.greetWith(null);
    await stage.settle(settleLimitMs);
    await delay(calmMs);
    const quiet = await stage.read();
    const firstCallAt = await stage.firstCallAt();

    await stage.restart();
    await server.kill();
    await stage.send(plan(200));
    await server.connected();
    await delay(calmMs);
    await stage.send(plan(200));
    await stage.settle(settleLimitMs);
    const after = await stage.read();

    return {
      recoveryMs: firstCallAt === null ? null : firstCallAt - killedAt,
      latestRenders: quiet.latest.renders / components,
      handlerRenders: quiet.handlers.renders / (components + 1),
      statusRenders: quiet.statuses.renders,
      missed: 400 - after.handlers.calls,
      connected: after.statuses.connected,
    };
  },
  progress: { figure: 'recoveryMs', unit: 'ms', digits: 0 },
  columns: [
    {
      title: 'renders, showing a name',
      value: (of) => of.highest('only', 'latestRenders'),
      as: { digits: 0 },
    },
    { title: 'handling one', value: (of) => of.highest('only', 'handlerRenders'), as: { digits: 0 } },
    {
      title: 'showing the status',
      value: (of) => of.highest('only', 'statusRenders'),
      as: { digits: 0 },
    },
    { title: 'to the first event, ms', value: (of) => of.median('only', 'recoveryMs'), as: { digits: 0 } },
    { title: 'missed of 400', value: (of) => of.highest('only', 'missed'), as: { digits: 0 } },
  ],
  panels: [],
  targets: [
    {
      title: 'renders of event consumers for a reconnect',
      value: (of) => of.highest('only', 'latestRenders') + of.highest('only', 'handlerRenders'),
      as: { digits: 0 },
      limit: { kind: 'at-most', value: 0 },
    },
  ],
};

/** @param {number} delayMs */
function delay(delayMs) {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
