import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** Tests that make things fail for real: receivers, disks, processes. They take minutes. */
const config: ReturnType<typeof defineConfig> = mergeConfig(
  { ...shared, test: {} },
  defineConfig({
    test: {
      include: ['test/faults/**/*.test.ts'],
      testTimeout: 600_000,
      hookTimeout: 60_000,
      fileParallelism: false,
    },
  }),
);

export default config;
