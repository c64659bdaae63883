#!/usr/bin/env node
/** `npx everwire-conformance ws://…`: checks whether a server does what docs/protocol.md says. */
import { parseArgs } from 'node:util';
import type { WebSocketConstructor } from '../../src/types.ts';
import { type CheckResult, checkServer } from './check-server.ts';
import type { Trigger } from './check-tools.ts';

const usage = `Checks whether a server speaks the envelope as Everwire's docs/protocol.md says.

  npx everwire-conformance <address> [options]

  --token <token>         a token that the server accepts
  --other-token <token>   one of another user: whether sessions are separate
  --trigger <json>        a message that makes the server send an event to its sender: whether sessions are resumed
                          '{"event":"say","data":{"text":"hi"}}'
  --channel <name>        a channel that the user may join: whether channels work. Leave it out if the server has none
  --channel-trigger <json>  a message that makes the server publish an event to the channel, which its sender has joined

It ends with 0 if no check failed, with 1 if one did, and with 2 if it could not start.`;

const marks: Readonly<Record<CheckResult['outcome'], string>> = {
  passed: 'ok  ',
  failed: 'FAIL',
  'not checked': '-   ',
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      token: { type: 'string', default: '' },
      'other-token': { type: 'string' },
      trigger: { type: 'string' },
      channel: { type: 'string' },
      'channel-trigger': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [url] = positionals;
  if (values.help) return print(usage, 0);
  if (url === undefined || !/^wss?:/.test(url))
    return print(`Give the address of the server, as ws:// or wss://.\n\n${usage}`, 2);
  const results = await checkServer({
    url,
    token: values.token,
    otherToken: values['other-token'],
    trigger: readTrigger('--trigger', values.trigger),
    channel: values.channel,
    channelTrigger: readTrigger('--channel-trigger', values['channel-trigger']),
    WebSocket: await findWebSocket(),
  });
  for (const { outcome, level, title, words } of results)
    print(
      `${marks[outcome]} ${level.padEnd(6)} ${title}${words === undefined ? '' : `\n            ${words}`}`,
      0,
    );
  const count = (outcome: CheckResult['outcome']): number =>
    results.filter((one) => one.outcome === outcome).length;
  return print(
    `\n${count('passed')} passed, ${count('failed')} failed, ${count('not checked')} not checked`,
    count('failed') > 0 ? 1 : 0,
  );
}

function readTrigger(option: string, text: string | undefined): Trigger | undefined {
  if (text === undefined) return undefined;
  const { event, data = {}, channel } = Object(JSON.parse(text)) as Record<string, unknown>;
  if (typeof event !== 'string')
    throw new TypeError(`${option} must be JSON with an event: {"event":"say","data":{}}`);
  return { event, data, ...(typeof channel === 'string' && { channel }) };
}

/** `ws` has the headers and the abrupt end that Node's own WebSocket lacks. */
async function findWebSocket(): Promise<WebSocketConstructor> {
  try {
    const { WebSocket } = await import('ws');
    return WebSocket as WebSocketConstructor;
  } catch {
    throw new Error('The package ws is missing: npm install ws');
  }
}

function print(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (thrown) => {
    process.exitCode = print(thrown instanceof Error ? thrown.message : String(thrown), 2);
  },
);
