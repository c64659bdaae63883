import * as everwire from 'everwire';

Object.assign(globalThis, { parts: Object.values(everwire) });
