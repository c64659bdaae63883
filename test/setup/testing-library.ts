// A busy machine is slow, not wrong: a `findBy` waits longer than its usual second before it gives up.

import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 10_000 });
