/** Fails where the aliases of vitest.config.ts do not lead to React 18: the tests would pass with React 19, and prove nothing. */

import { version } from 'react';
import { version as domVersion } from 'react-dom';

for (const [name, found] of Object.entries({ react: version, 'react-dom': domVersion })) {
  if (!found.startsWith('18.')) throw new Error(`Expected ${name} 18, and found ${found}.`);
}
