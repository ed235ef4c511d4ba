import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const sources: Record<string, string> = JSON.parse(
  readFileSync(join(process.env.MUTATE_FOLDER ?? '.', 'sources.json'), 'utf8'),
)

/** The unit tests as `npm run mutate` runs them: without those that read the source itself, on instrumented sources. */
export default defineConfig({
  plugins: [{ name: 'instrumented', enforce: 'pre', load: (id) => sources[id.split('?')[0] ?? id] }],
  test: {
    pool: 'forks',
    maxWorkers: Number(process.env.MUTATE_WORKERS ?? 2),
    isolate: false,
    runner: './scripts/mutate/runner.mjs',
    setupFiles: ['test/end-all.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.e2e.test.ts', 'test/house/**', 'test/docs/**', 'test/lint/robust.test.ts'],
    testTimeout: 0,
    watch: false,
    reporters: ['dot'],
  },
})
