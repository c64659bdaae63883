/** Three behaviours of `rxjs/webSocket` would each lose events: the reasons why the transport is not built on it. */
import type { WebSocketConstructor } from 'everwire/core';
import { Observable } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { describe, expect, it } from 'vitest';
import { type Link, openSocket, type SocketEvent } from '../../../src/transport/open-socket.ts';

/** A socket that the test opens, feeds and closes. */
class ManualSocket {
  static last: ManualSocket | undefined;
  binaryType = 'blob';
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: unknown) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  constructor() {
    ManualSocket.last = this;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.({});
  }
  send(frame: unknown): void {
    this.sent.push(frame);
    this.bufferedAmount += String(frame).length;
  }
  close(): void {
    this.readyState = 3;
  }
  closeFromServer(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '', wasClean: true });
  }
}

function theirs() {
  const subject = webSocket<unknown>({ url: 'ws://h.test', WebSocketCtor: ManualSocket as never });
  const heard: string[] = [];
  subject.subscribe({
    error: (close: { code: number }) => heard.push(`error ${close.code}`),
    complete: () => heard.push('complete'),
  });
  return { subject, heard, socket: ManualSocket.last as ManualSocket };
}

function ours() {
  const target = { url: 'ws://h.test', protocols: [], opening: [] };
  const socket$ = openSocket(
    ManualSocket as unknown as WebSocketConstructor,
    target,
    () => undefined,
    () => 0,
  );
  const heard: SocketEvent[] = [];
  socket$.subscribe((event) => heard.push(event));
  const socket = ManualSocket.last as ManualSocket;
  const openLink = (): Link => {
    socket.open();
    const [first] = heard;
    if (first?.type !== 'opened') throw new Error('The socket did not open.');
    return first.link;
  };
  return { heard, socket, openLink };
}

describe('a clean close by the server', () => {
  it('completes the WebSocketSubject, so that nothing tells the code, and retry() does not see it', () => {
    const { heard, socket } = theirs();
    socket.open();
    socket.closeFromServer(1001);
    expect(heard).toEqual(['complete']);
  });

  it('is an event with its code for openSocket', () => {
    const { heard, socket } = ours();
    socket.open();
    socket.closeFromServer(1001);
    expect(heard[1]).toEqual({ type: 'closed', close: { code: 1001, reason: '', wasClean: true } });
  });
});

describe('bytes that have not left the socket', () => {
  it('are hidden by the WebSocketSubject', () => {
    const { subject, socket } = theirs();
    socket.open();
    subject.next('message');
    expect(socket.bufferedAmount).toBeGreaterThan(0);
    expect(subject).toBeInstanceOf(Observable);
    expect(Object.keys(subject)).not.toContain('bufferedAmount');
    expect('bufferedAmount' in subject).toBe(false);
  });

  it('are counted by the link of openSocket', () => {
    const { openLink } = ours();
    const link = openLink();
    link.send('message');
    expect(link.bufferedBytes()).toBe('message'.length);
  });
});

describe('messages before the socket is open', () => {
  it('are queued by the WebSocketSubject, without a limit', () => {
    const { subject, socket } = theirs();
    for (let count = 0; count < 100_000; count += 1) subject.next(count);
    expect(socket.sent).toHaveLength(0);
    socket.open();
    expect(socket.sent).toHaveLength(100_000);
  });

  it('are refused by openSocket: there is no link to send them on', () => {
    const { heard, socket, openLink } = ours();
    expect(heard).toEqual([]);
    const link = openLink();
    socket.readyState = 2;
    expect(link.send('late')).toBe('refused');
    expect(socket.sent).toEqual([]);
  });
});
