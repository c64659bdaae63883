// What must be in an event, and what is made of it: with arktype.

import { type } from 'arktype';

export const schemas = {
  shipped: type({
    order: 'string',
    at: 'string.date.iso.parse', // text comes in, a Date goes out
    parcels: 'number.integer > 0',
  }),
};
