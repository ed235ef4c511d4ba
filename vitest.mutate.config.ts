import { defineConfig } from 'vitest/config'

/** The unit tests, as the mutation tester runs them: without those that read the source itself. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.e2e.test.ts', 'test/house/**', 'test/docs/**', 'test/lint/robust.test.ts'],
    testTimeout: 60_000,
  },
})
