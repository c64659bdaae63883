'use client';
/** The entry `everwire`: the provider, the hooks, and all of `everwire/core`. */
export * from './hooks/index.ts';
export * from './providers/index.ts';
export * from './src/index.ts';
