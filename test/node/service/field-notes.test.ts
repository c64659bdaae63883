/** The code of docs/field-notes.md that needs no component. In virtual time. */
import { envelopeProtocol, type LinkProtocol } from 'everwire/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';
import { answer } from './field-notes/answer.ts';
import { linesProtocol } from './field-notes/lines-protocol.ts';
import { openBooks } from './field-notes/open-books.ts';
import { schemas } from './field-notes/prices.ts';
import { renew } from './field-notes/renew.ts';
import { reportErrors } from './field-notes/report-errors.ts';
import { save } from './field-notes/save.ts';
import { upload } from './field-notes/upload.ts';

it('reads several messages from one frame, in order', async () => {
  const { server, events, errors, pass } = await connectedRig({}, { protocol: linesProtocol });
  server.sendRaw('{"event":"posted","data":1,"seq":1}\n{"event":"posted","data":2,"seq":2}\n');
  await pass();
  expect(events.map(({ event, data }) => [event, data]).slice(1)).toEqual([
    ['posted', 1],
    ['posted', 2],
  ]);
  expect(errors).toEqual([]);
});

it('tells which product lost a price', async () => {
  const protocol: LinkProtocol = { ...envelopeProtocol, name: 'books', open: openBooks };
  const { server, events, missed, pass } = await connectedRig({ hello: false }, { protocol });
  const tick = (product: string, sequence: number): void =>
    server.sendRaw(JSON.stringify({ product, sequence, price: sequence }));
  tick('EUR', 7);
  tick('USD', 90);
  tick('EUR', 8);
  tick('USD', 92);
  tick('USD', 92);
  await pass();
  expect(events.map(({ channel, data }) => [channel, data])).toEqual([
    ['EUR', 7],
    ['USD', 90],
    ['EUR', 8],
    ['USD', 92],
  ]);
  expect(missed).toMatchObject([{ reason: 'gap', channel: 'USD', expected: 91, received: 92, count: 1 }]);
});

it('settles a request whose link is lost', async () => {
  const { server, service, pass } = await connectedRig();
  server.handle('save', (data) =>
    (data as { readonly text: string }).text === 'slow' ? new Promise(() => {}) : 'ok',
  );
  const [quick, slow] = [save(service, 'quick'), save(service, 'slow')];
  await pass();
  expect(await quick).toBe('saved');
  server.drop();
  await pass();
  expect(await slow).toBe('connection-lost');
});

it('collects the parts of an answer, and tells the server when nobody wants the rest', async () => {
  const { server, service, pass } = await connectedRig();
  server.handle('ask', async function* () {
    yield 'For';
    yield await Promise.resolve('ty-two');
  });
  const whole = answer(service, 'What?', new AbortController().signal);
  await pass();
  expect(await whole).toBe('Forty-two');

  server.handle('ask', async function* () {
    yield 'Well';
    await new Promise(() => {});
  });
  const stop = new AbortController();
  const stopped = expect(answer(service, 'Why?', stop.signal)).rejects.toMatchObject({
    code: 'request-aborted',
  });
  await pass();
  stop.abort();
  await pass();
  await stopped;
  expect(server.received.at(-1)?.event).toBe('cancel');
});

it('checks prices of all symbols with one schema', async () => {
  const { server, events, errors, pass } = await connectedRig({}, { schemas });
  server.emit('price:EURUSD', { bid: 1.1 });
  server.emit('price:EURUSD', { bid: 'much' });
  server.emit('posted', 'unchecked');
  await pass();
  expect(events.map(({ data }) => data).slice(1)).toEqual([{ bid: 1.1 }, 'unchecked']);
  expect(errors).toMatchObject([{ code: 'invalid-payload', details: { event: 'price:EURUSD' } }]);
});

it('reports an error once, also where the report causes another', async () => {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const { server, service, config, errors, pass } = rig({}, { sendQueue: { limit: 10 }, logger });
  reportErrors(service);
  service.connect(config);
  await pass();
  server.sendRaw('{"broken');
  await pass();
  expect(server.received).toMatchObject([{ event: 'client_error', data: { code: 'malformed-frame' } }]);
  server.refuse();
  server.drop();
  await pass();
  // The eleventh drops the first, and the report of that drops another.
  const before = errors.length;
  for (let count = 0; count < 11; count += 1) service.send('important', count);
  expect(errors.slice(before).map(({ code }) => code)).toEqual(['message-dropped']);
});

it('renews the cookie when the server refuses it, and then connects', async () => {
  const fetched = vi.fn(() => new Promise((resolve) => setTimeout(resolve, 100)));
  vi.stubGlobal('fetch', fetched);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { server, service, pass } = await connectedRig({}, { auth: 'cookie', token: renew } as object);
  expect(fetched).not.toHaveBeenCalled();
  server.close(4401);
  await pass(90);
  expect(fetched.mock.calls).toMatchObject([['/session/renew', { method: 'POST' }]]);
  expect(server.attempts).toBe(1);
  await pass(50);
  expect(service.isConnected()).toBe(true);
});

it('uploads no faster than the network', async () => {
  const { server, service, pass } = await connectedRig({ drainBytesPerMs: 1_000 });
  const pieces = Array.from({ length: 20 }, (_, index) => String(index).padEnd(1_000_000));
  const uploading = upload(service, pieces);
  await pass(25_000);
  await uploading;
  const received = server.received.filter(({ event }) => event === 'piece');
  expect(received.map(({ data }) => Number(data))).toEqual([...pieces.keys()]);
});
