// A schema may take its time. Events that come meanwhile wait: nobody overtakes.

import { z } from 'zod';

/** As if a server were asked who that is: the first answer takes longest. */
function lookUp(id: number): Promise<string> {
  const waitMs = id % 4 === 1 ? 1_200 : 100;
  return new Promise((resolve) => {
    setTimeout(() => resolve(`user ${id}`), waitMs);
  });
}

export const schemas = {
  joined: z.object({ id: z.number() }).transform(async ({ id }) => ({ id, name: await lookUp(id) })),
};
