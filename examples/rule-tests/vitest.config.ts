import { defineConfig } from 'vitest/config';
import repository from '../../vitest.config.ts';

// Your own project needs none of this: here, 'tocsin' is the source next door.
const config: ReturnType<typeof defineConfig> = defineConfig({
  ...('resolve' in repository && { resolve: repository.resolve }),
  test: { root: import.meta.dirname, include: ['*.test.ts'] },
});

export default config;
