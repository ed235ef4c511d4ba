import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../src/host/brokers/index.js'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { processesWith } from './processes.js'

// The real command, with a temporary folder of its own: whatever it starts has that folder in its command line.
const cli = join(import.meta.dirname, '../../bin/run.js')
const haproxy = (await findProgram('haproxy')).program
const mosquitto = (await (await driverFor('mosquitto')).facts()).program ?? ''
let temp: string

beforeEach(async () => {
  temp = join((await makeWorkdir('test')).path)
})
afterEach(endAll)

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

/** Starts `check` on Mosquitto over and over, so that it is surely still at work when we look. */
function check(repeat = 20, extra: NodeJS.ProcessEnv = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const args = [cli, 'check', '--broker', 'mosquitto', '--repeat-each', String(repeat)]
  const env = { ...process.env, TMPDIR: temp, HAPROXY_PROGRAM: haproxy, MOSQUITTO_BIN: mosquitto, ...extra }
  const child = spawn(process.execPath, args, { env, cwd: temp })
  let said = ''
  child.stdout.on('data', (data) => (said += data))
  child.stderr.on('data', (data) => (said += data))
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal, said })))
  return { child, ended }
}

/** Processes in whose command line our temporary folder stands. */
const children = () => processesWith(temp)

async function atWork(ended: Promise<Ended>): Promise<number[]> {
  let over: Ended | undefined
  void ended.then((end) => {
    over = end
  })
  for (;;) {
    const found = children()
    if (found.length >= 2) return found
    if (over !== undefined) throw new Error(`check ended before it was at work: ${over.said}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function gone(): Promise<void> {
  for (let asked = 0; children().length > 0 && asked < 400; asked++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(children()).toEqual([])
}

/** Folders that are left; `.mqtt-proxy` holds the evidence of failures and is meant to stay. */
const folders = () => readdirSync(temp).filter((name) => name.startsWith('mqtt-proxy-'))

describe('check leaves nothing behind', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('on %s, with exit %i', async (signal, code) => {
    const { child, ended } = check()
    await atWork(ended)
    child.kill(signal)
    const end = await ended
    expect(end.code).toBe(code)
    expect(end.said).toMatch(/stopping .*\(pid \d+\)/)
    expect(end.said).not.toContain('MP-BUG')
    expect(children()).toEqual([])
    expect(folders()).toEqual([])
  })

  it('when a second signal does not wait for the first', async () => {
    const { child, ended } = check()
    await atWork(ended)
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    await gone()
    expect(folders()).toEqual([])
  })

  it('when we crash in the middle', async () => {
    const crash = join(temp, 'crash.mjs')
    const when = `import { readdirSync } from 'node:fs'
const timer = setInterval(() => {
  if (readdirSync(${JSON.stringify(temp)}).some((name) => name.startsWith('mqtt-proxy-'))) setTimeout(() => { throw new Error('crash') }, 150)
}, 5).unref()
`
    writeFileSync(crash, when)
    const { ended } = check(20, { NODE_OPTIONS: `--import ${crash}` })
    const end = await ended
    expect(end.said).toContain('crash')
    expect(end.code).not.toBe(0)
    await gone()
    expect(folders()).toEqual([])
  })

  it('no process when we are killed outright', async () => {
    const { child, ended } = check()
    await atWork(ended)
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    await gone()
  })

  it('when a child of ours is killed: the checks fail, the command ends', async () => {
    const { ended } = check(1)
    const [victim = 0] = await atWork(ended)
    process.kill(victim, 'SIGKILL')
    const end = await ended
    expect(end.code).not.toBe(0)
    expect(end.said).not.toContain('MP-BUG')
    expect(children()).toEqual([])
    expect(folders()).toEqual([])
  })
})
