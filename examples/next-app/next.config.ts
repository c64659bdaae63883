import type { NextConfig } from 'next';

const config: NextConfig = {
  // Next takes this folder as the root, even inside another project.
  turbopack: { root: import.meta.dirname },
};

export default config;
