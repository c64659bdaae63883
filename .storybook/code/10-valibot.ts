// What must be in an event, and what is made of it: with valibot.

import * as v from 'valibot';

export const schemas = {
  shipped: v.object({
    order: v.string(),
    at: v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.transform((text) => new Date(text)), // text comes in, a Date goes out
    ),
    parcels: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
};
