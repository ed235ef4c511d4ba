import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    // End-to-end tests mostly wait for programs: four workers keep two cores busy.
    maxWorkers: 4,
    setupFiles: ['test/end-all.ts'],
    // What is waited for comes in milliseconds, except beside other programs on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.e2e.test.ts'],
          testTimeout: 60_000,
          // Unit tests share no state; one load of the modules a worker saves most of their time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts', 'docs/examples/*.e2e.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
})
