import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../src/host/brokers/index.js'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { startMqttProxy, top } from '../cli.js'
import type { Ended, Running } from '../program.js'
import { processesWith } from './processes.js'

// The real command, with a temporary folder of its own: whatever it starts has that folder in its command line.
const haproxy = (await findProgram('haproxy')).program
const mosquitto = (await (await driverFor('mosquitto')).facts()).program ?? ''
const scenario = join(top, 'haproxy-configs/tcp')
let temp: string

beforeEach(async () => {
  temp = join((await makeWorkdir('test')).path)
})
afterEach(endAll)

/** Starts `check` on Mosquitto over and over, so that it is surely still at work when we look. */
function check(repeat = 20, extra: NodeJS.ProcessEnv = {}): Running {
  const args = ['check', '--broker', 'mosquitto', '--repeat-each', String(repeat)]
  const env = { TMPDIR: temp, HAPROXY_PROGRAM: haproxy, MOSQUITTO_BIN: mosquitto, ...extra }
  return startMqttProxy(args, { env, cwd: temp })
}

/** The same on files of a user, whose programs run behind a wall and in a process of their own. */
function checkFiles(): Running {
  const files = ['--haproxy-config', join(scenario, 'haproxy.cfg'), '--broker-config', join(scenario, 'mosquitto.conf')]
  const args = ['check', ...files, '--broker', 'mosquitto', '--repeat-each', '20']
  return startMqttProxy(args, { env: { TMPDIR: temp, HAPROXY_PROGRAM: haproxy, MOSQUITTO_BIN: mosquitto }, cwd: temp })
}

/** Processes in whose command line our temporary folder stands. */
const children = () => processesWith(temp)

/** Asks until it is so, for as long as the test may take; what it asks of ends it with an error when it cannot be any more. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function atWork(ran: Running): Promise<number[]> {
  let over: Ended | undefined
  void ran.ended.then((end) => {
    over = end
  })
  return until(() => {
    if (over !== undefined) throw new Error(`check ended before it was at work: ${over.stdout}${over.stderr}`)
    const found = children()
    return found.length >= 2 ? found : undefined
  })
}

const gone = () => until(() => (children().length === 0 ? true : undefined))

/** Folders that are left; `.mqtt-proxy` holds the evidence of failures and is meant to stay. */
const folders = () => readdirSync(temp).filter((name) => name.startsWith('mqtt-proxy-'))

describe('check leaves nothing behind', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('on %s, with exit %i', async (signal, code) => {
    const ran = check()
    await atWork(ran)
    ran.signal(signal)
    const { code: exit, stderr } = await ran.ended
    expect(exit).toBe(code)
    expect(stderr).not.toContain('MP-BUG')
    expect(children()).toEqual([])
    expect(folders()).toEqual([])
  })

  it('and says what it stops', async () => {
    // HAProxy never comes to serve: the broker runs for as long as that is waited for.
    const waits = join(temp, 'haproxy')
    const idle = `exec '${process.execPath}' -e 'setInterval(() => {}, 1000)' '${temp}'`
    writeFileSync(waits, `#!/bin/sh\ncase " $* " in *" -db "*) ${idle};; *) exec '${haproxy}' "$@";; esac\n`)
    chmodSync(waits, 0o755)
    const ran = check(1, { HAPROXY_PROGRAM: waits })
    await until(() => (processesWith(`1000) ${temp}`).length > 0 ? true : undefined))
    ran.signal('SIGINT')
    expect((await ran.ended).stderr).toMatch(/stopping .*\(pid \d+\)/)
  })

  it('when a second signal does not wait for the first', async () => {
    const ran = check()
    await atWork(ran)
    ran.signal('SIGINT')
    ran.signal('SIGINT')
    expect((await ran.ended).code).toBe(130)
    await gone()
    expect(folders()).toEqual([])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ] as const)('on %s behind the wall, with exit %s', async (signal, code) => {
    const ran = checkFiles()
    await atWork(ran)
    ran.signal(signal)
    const { code: exit, stderr } = await ran.ended
    expect(exit).toBe(code)
    expect(stderr).not.toContain('MP-BUG')
    await gone()
    // Of one that was killed outright the next run sweeps the folders.
    if (code !== null) expect(folders()).toEqual([])
  })

  it('when we crash in the middle', async () => {
    const crash = join(temp, 'crash.mjs')
    const when = `import { readdirSync } from 'node:fs'
const timer = setInterval(() => {
  if (readdirSync(${JSON.stringify(temp)}).some((name) => name.startsWith('mqtt-proxy-'))) setTimeout(() => { throw new Error('crash') }, 150)
}, 5).unref()
`
    writeFileSync(crash, when)
    const { code, stdout, stderr } = await check(20, { NODE_OPTIONS: `--import ${crash}` }).ended
    expect(`${stdout}${stderr}`).toContain('crash')
    expect(code).not.toBe(0)
    await gone()
    expect(folders()).toEqual([])
  })

  it('no process when we are killed outright', async () => {
    const ran = check()
    await atWork(ran)
    ran.signal('SIGKILL')
    expect((await ran.ended).signal).toBe('SIGKILL')
    await gone()
  })

  it('when children of ours are killed: the checks fail, the command ends', async () => {
    const ran = check(1)
    let over = false
    const ended = ran.ended.finally(() => {
      over = true
    })
    // One that is killed at the end of its work would not be missed.
    while (!over) {
      for (const pid of children()) kill(pid)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const { code, stdout, stderr } = await ended
    expect(code).not.toBe(0)
    expect(`${stdout}${stderr}`).not.toContain('MP-BUG')
    expect(children()).toEqual([])
    expect(folders()).toEqual([])
  })
})

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
