import { envelopeProtocol, type SimpleProtocol } from 'everwire/core';

export const linesProtocol: SimpleProtocol = {
  ...envelopeProtocol,
  name: 'lines',
  decode(frame) {
    const lines = String(frame).trim().split('\n');
    return lines.map((line) => envelopeProtocol.decode(line));
  },
};
