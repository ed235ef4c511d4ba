import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `npm run mutate`: changes the rooms that decide, one expression at a time, and lets the unit tests find it. */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: true },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  mutate: ['src/{path,lint,check,probe,report}/**/*.ts'],
  ignorePatterns: ['dist', 'dist-*', 'reports', '.mqtt-proxy', 'lab'],
  // Texts are read by people: that a message is another one is not what tests are about.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignoreStatic: true,
  concurrency: Number(process.env.MUTATE_WORKERS ?? 2),
  timeoutMS: 20_000,
  disableTypeChecks: true,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  jsonReporter: { fileName: 'reports/mutation.json' },
  // Beside the project, not in it: other tests look at all that lies there.
  tempDirName: join(tmpdir(), 'mqtt-proxy-mutate'),
  thresholds: { high: 90, low: 85, break: null },
}
