// What must be in an event, and what is made of it: with zod.

import { z } from 'zod';

export const schemas = {
  shipped: z.object({
    order: z.string(),
    at: z.iso.datetime().transform((text) => new Date(text)), // text comes in, a Date goes out
    parcels: z.number().int().positive(),
  }),
};
