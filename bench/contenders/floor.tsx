/** The floor: one `setState` per message. It takes part twice, so that a run shows its own noise. */

import { createFloor } from './floor-hooks.tsx';

export const contender = createFloor('floor', (link, name, setLatest) => link.listen(name, setLatest));

export const again = { ...contender, name: 'floor (again)' };
