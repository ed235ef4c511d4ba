import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { top } from '../cli.js'
import { run } from '../program.js'

const files = ['bench', 'scripts']
  .flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith('.mjs') && name !== 'scripts/arguments.mjs')
const text = (file: string) => readFileSync(join(top, file), 'utf8')
/** A benchmark is started by what all of them end with. */
const started = files.filter((file) => /\bargumentsOf\(|^await main\(import\.meta\.url/m.test(text(file)))
const asked = started.filter((file) => file !== 'bench/outcome.mjs')
/** Their arguments are those of another program. */
const passing = ['scripts/quickstart.mjs', 'scripts/dockerfile/run.mjs']

function call(file: string, ...args: string[]) {
  return run(process.execPath, [join(top, file), ...args])
}

describe('a script', () => {
  it('that reads its arguments has them judged', () => {
    expect(asked.length).toBeGreaterThan(25)
    const reading = files.filter((file) => /process\.argv\b(?!\[1\])/.test(text(file)))
    expect(reading.filter((file) => !started.includes(file))).toEqual([])
  })

  it.concurrent.each(asked)('%s says how it is called', async (file) => {
    const { code, stdout, stderr } = await call(file, '--help')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^usage: (?:node |npm )/)
  })

  it.concurrent.each(asked.filter((file) => !passing.includes(file)))('%s knows a wrong option', async (file) => {
    const { code, stdout, stderr } = await call(file, '--no-such-option')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Unknown option '--no-such-option'\nusage: /)
  })

  it.each([
    ['scripts/attack/run.mjs', ['nosuch'], 'there is no attack nosuch'],
    ['scripts/attack/run.mjs', ['floods', '--minutes', 'x'], '--minutes wants a number above 0'],
    ['scripts/attack/run.mjs', ['--runs', '0'], '--seed and --runs want a number'],
    ['scripts/attack/run.mjs', ['--seed'], "Option '--seed <value>' argument missing"],
    ['scripts/agreement.mjs', ['many'], 'PAIRS and FIRST SEED are numbers'],
    ['scripts/broker-facts.mjs', ['toaster@4'], 'not known: toaster@4'],
    ['scripts/mutate.mjs', ['nowhere'], 'there is no room src/nowhere'],
    ['scripts/conformance.mjs', ['mosquitto'], 'names follow --run'],
    ['scripts/compatibility.mjs', ['--check', 'x'], 'names follow --run'],
    ['scripts/fuzz-header.mjs', ['--runs', 'x'], 'N is a number'],
    ['bench/run.mjs', ['nosuch'], 'there is no benchmark nosuch'],
    ['bench/run.mjs', ['--json'], "Option '--json <value>' argument missing"],
    ['bench/held.mjs', ['1883'], 'PORT and COUNT are numbers'],
  ])('%s %j ends with 2 and a sentence', async (file, args, sentence) => {
    const { code, stderr } = await call(file, ...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/\nusage: /)
    expect(stderr.startsWith(sentence)).toBe(true)
  })
})
