'use client';
/** A layout effect: it runs with the commit, before the browser paints and before any passive effect. */
import { useEffect, useLayoutEffect } from 'react';

/** Not a layout effect on a server: none runs there, but React 18 warns about it. */
export const useCommitEffect: typeof useLayoutEffect = 'window' in globalThis ? useLayoutEffect : useEffect;
