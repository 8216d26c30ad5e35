import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** The tests against servers of other projects, which have to be installed: see .ci/install-servers.sh. */
const config: ReturnType<typeof defineConfig> = mergeConfig(
  { ...shared, test: {} },
  defineConfig({
    test: { include: ['test/servers/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
  }),
);

export default config;
