/** Everwire with a channel for each name: joined, and its events handled. */

import { useWsChannel, useWsEventHandler } from '../../index.ts';
import type { Contender, Payload } from '../contender.ts';
import { contender as everwire } from './everwire.tsx';

export const contender: Contender = {
  ...everwire,
  name: 'Everwire, channels',
  dialect: 'channels',
  useHandler(channel, handler) {
    useWsChannel(channel);
    useWsEventHandler('posted', ({ data }) => handler(data as Payload), { channel });
  },
};
