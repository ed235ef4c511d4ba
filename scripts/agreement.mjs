// Generates pairs of configurations and asks lint, HAProxy and Mosquitto what they make of them, thousands at a time.
// node scripts/agreement.mjs [PAIRS] [FIRST SEED]; the test suite takes the first 200.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { argumentsOf, isCount } from './arguments.mjs'

const { positionals } = argumentsOf('node scripts/agreement.mjs [PAIRS] [FIRST SEED]', {
  most: 2,
  wrong: ({ positionals }) =>
    positionals.every((one) => isCount(one)) ? undefined : 'PAIRS and FIRST SEED are numbers',
})
const [pairs = '3000', seed = '1'] = positionals
const root = fileURLToPath(new URL('..', import.meta.url))
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'e2e', 'test/agreement'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, AGREEMENT_PAIRS: pairs, AGREEMENT_SEED: seed },
})
process.exitCode = status ?? 1
