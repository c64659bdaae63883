/** The codes with which a hub closes sockets, and why. docs/protocol.md lists them for clients. */

export const closeCodes = {
  /** The frame is not text, or no JSON object with an event name. */
  malformed: 1007,
  /** A frame is larger than `limits.frameBytes`. */
  tooLarge: 1009,
  /** The process stops, or can no longer serve the session: come back, to any process. */
  restarting: 1012,
  /** The log can't be reached: come back later, with the same session. */
  unavailable: 1013,
  /** `authenticate` returned null, or took too long. */
  unauthorized: 4401,
  /** The page's origin may not connect. */
  forbidden: 4403,
  /** The user has more sessions than `limits.sessionsPerUser`, and this was the oldest. */
  ended: 4408,
  /** Another socket continues the session. */
  takenOver: 4409,
  /** Too many messages, for long. Not 1008, which clients take for a refused token: they would sign their user out. */
  tooMany: 4429,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
