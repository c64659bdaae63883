import { createChannelNumbers, envelopeProtocol, type LinkCodec } from 'everwire/core';

/** The `open` of a protocol. */
export const openBooks = (): LinkCodec => {
  const numbers = createChannelNumbers();
  const decode: LinkCodec['decode'] = (frame) => {
    const { product, sequence, price } = JSON.parse(String(frame));
    return numbers.check({ event: 'price', data: price, seq: sequence, channel: product });
  };
  return { ...envelopeProtocol, decode };
};
