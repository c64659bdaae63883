import * as z from 'zod';

const price = z.object({ bid: z.number() });

/** For the option `schemas`. */
export const schemas = (name: string) => name.startsWith('price:') && price;
