import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const config: ReturnType<typeof defineConfig> = defineConfig({
  resolve: {
    alias: [
      { find: /^tocsin$/, replacement: src('index.ts') },
      { find: /^tocsin\/(handlers|testing|kapacitor)$/, replacement: src('$1/index.ts') },
      { find: /^tocsin\/(handlers|stores)\/(.+)$/, replacement: src('$1/$2.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/servers/**', 'test/faults/**', 'node_modules/**'],
    typecheck: { enabled: false },
  },
});

export default config;
