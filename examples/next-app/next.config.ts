import type { NextConfig } from 'next';

const config: NextConfig = {
  // Where Next looks for its own root: this folder, whatever lies above it.
  turbopack: { root: import.meta.dirname },
};

export default config;
