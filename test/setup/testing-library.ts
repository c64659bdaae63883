/** Lets `findBy` and `vi.waitFor` wait longer than their usual second, because a busy machine is slow. */

import { configure } from '@testing-library/react';
import { vi } from 'vitest';
import { PATIENCE_MS } from '../support/patience.ts';

configure({ asyncUtilTimeout: PATIENCE_MS });

const { waitFor } = vi;
vi.waitFor = (look, options = { timeout: PATIENCE_MS }) => waitFor(look, options);
