import type { SimpleProtocol } from 'everwire';
import { createEnvelopeProtocol } from 'everwire';

/** The envelope of a server whose ids are 64-bit numbers: they are read as `bigint`, and written from it. */
export const envelopeOfBigNumbers: SimpleProtocol = createEnvelopeProtocol({
  parse: (text) =>
    JSON.parse(text.replace(/([[:])(\d{16,})/g, '$1"$2n"'), (_key, value) =>
      typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
    ),
  stringify: (message) =>
    JSON.stringify(message, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value)).replace(
      /"(\d+)n"/g,
      '$1',
    ),
});
