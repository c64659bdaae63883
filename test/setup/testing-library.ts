/** Lets `findBy` wait longer than its usual second, because a busy machine is slow. */

import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 30_000 });
