/** The gate of a query over the events of a channel: open while it is joined. */
import { createHandle } from '../channels/join-channel.ts';
import type { Connection } from '../connection.ts';
import { createLinkGate, type LiveGate } from './live-gate.ts';

/** Joins the channel while the gate is held. `channel`: undefined if the query takes the events of all channels. */
export function createGate(connection: Connection, channel: string | undefined): LiveGate {
  const link = createLinkGate(connection);
  if (channel === undefined) return link;
  const { store, mount } = createHandle(connection, channel);
  const onStatus = (wanted: 'joined' | 'refused', listener: () => void): (() => void) => {
    let last = store.getState().status;
    return store.subscribe(() => {
      const { status } = store.getState();
      if (status === last) return;
      last = status;
      if (status === wanted) listener();
    });
  };
  return {
    hold: () => mount(undefined),
    state() {
      const { status } = store.getState();
      if (status === 'joined') return 'open';
      return status === 'refused' || link.state() === 'closed' ? 'closed' : 'coming';
    },
    refusal: () => store.getState().error,
    watch(listener) {
      const stops = [store.subscribe(listener), link.watch(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    onOpen: (listener) => onStatus('joined', listener),
    onRefused: (listener) => onStatus('refused', listener),
  };
}
