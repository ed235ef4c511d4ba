// npm run mutate -- [ROOM[/PART][,...]...] [--minutes N]: which changes of the rooms that decide no unit test sees. Each room is a run of
// its own with a limit of time; without rooms all of them.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const top = join(dirname(fileURLToPath(import.meta.url)), '..')
const { values, positionals } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    least: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const rooms = positionals.length > 0 ? positionals : ['path', 'lint', 'check', 'probe', 'report']
mkdirSync(join(top, 'reports'), { recursive: true })

const all = []
for (const room of rooms) {
  const report = join(top, 'reports/mutation.json')
  rmSync(report, { force: true })
  const parts = room.split(',').map((part) => (part.endsWith('.ts') ? `src/${part}` : `src/${part}/**/*.ts`))
  const what = parts.join(',')
  const ended = await run(['run', '--mutate', what, '--logLevel', 'error'], Number(values.minutes) * 60_000)
  if (!existsSync(report)) {
    console.log(`${room}: ${ended}, no figures`)
    process.exitCode = 1
    continue
  }
  const { files } = JSON.parse(readFileSync(report, 'utf8'))
  const mutants = Object.entries(files).flatMap(([file, { mutants: found }]) => found.map((one) => ({ file, ...one })))
  all.push(...mutants)
  console.log(`${room}: ${figures(mutants)}`)
  if (values.list) for (const line of survivors(mutants)) console.log(`  ${line}`)
}
if (rooms.length > 1) console.log(`all: ${figures(all)}`)
const rate = rateOf(all)
if (values.least !== undefined && rate < Number(values.least)) process.exitCode = 1

function figures(mutants) {
  const count = (status) => mutants.filter((one) => one.status === status).length
  return `${rateOf(mutants).toFixed(1)} % killed (${count('Killed')} killed, ${count('Timeout')} timed out, ${count('Survived')} survived, ${count('NoCoverage')} without a test)`
}

function rateOf(mutants) {
  const killed = mutants.filter((one) => one.status === 'Killed' || one.status === 'Timeout').length
  const judged = mutants.filter((one) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(one.status)).length
  return judged === 0 ? 100 : (100 * killed) / judged
}

function survivors(mutants) {
  return mutants
    .filter((one) => one.status === 'Survived' || one.status === 'NoCoverage')
    .map(({ file, location, mutatorName, replacement }) => {
      const short = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 60)
      return `${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${short}`
    })
}

function run(args, ms) {
  return new Promise((resolve) => {
    const stryker = join(top, 'node_modules/@stryker-mutator/core/bin/stryker.js')
    const child = spawn(process.execPath, [stryker, ...args], { cwd: top, stdio: ['ignore', 'ignore', 'inherit'] })
    const limit = setTimeout(() => child.kill('SIGINT'), ms)
    child.once('exit', (code, signal) => {
      clearTimeout(limit)
      resolve(signal === null ? `ended with ${code}` : `ended by ${signal}`)
    })
  })
}
