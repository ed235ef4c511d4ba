import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { startMqttProxy } from '../../cli.js'
import { listenOn } from '../../host/listening.js'

let folder: string
let silent: Server
let target: string

/** Takes connections and never says a word: who talks to it is still at work when the signal comes. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-stopped-'))
  silent = createServer()
  target = `127.0.0.1:${await listenOn(silent)}`
})
afterEach(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

const start = (args: readonly string[]) => startMqttProxy(args, { cwd: folder })

/** A command that waits for the silent server. */
const waiting = [
  ['conformance', 'TARGET', '-W', '60s'],
  ['probe', 'TARGET', '-W', '60s'],
  ['send', 'TARGET', '-t', 't', '-m', 'm', '-W', '60s'],
]

describe('stopped before there is a result', () => {
  it.each(waiting)('%s --json prints one document that says so', async (...args) => {
    const connected = once(silent, 'connection')
    const ran = start([...args.map((arg) => arg.replace('TARGET', target)), '--json'])
    await connected
    ran.signal('SIGINT')
    const { code, stdout } = await ran.ended
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      ok: false,
      error: { code: 'MP-STOPPED', message: 'stopped by SIGINT' },
    })
  })

  it('names the signal that came, and leaves people alone', async () => {
    const stopped = async (name: NodeJS.Signals, ...more: string[]) => {
      const connected = once(silent, 'connection')
      const ran = start(['conformance', target, '-W', '60s', ...more])
      await connected
      ran.signal(name)
      return ran.ended
    }
    const json = await stopped('SIGTERM', '--json')
    expect(json.code).toBe(143)
    expect(JSON.parse(json.stdout).error.message).toBe('stopped by SIGTERM')
    const text = await stopped('SIGINT')
    expect(text.code).toBe(130)
    expect(text.stdout).not.toContain('MP-STOPPED')
  })

  it('makes no report, and keeps what an earlier run left', async () => {
    await writeFile(join(folder, 'before.json'), '{"earlier":true}')
    const reports = ['junit=new.xml', 'json=before.json'].flatMap((name) => ['--reporter', name])
    const connected = once(silent, 'connection')
    const ran = start(['conformance', target, '-W', '60s', ...reports])
    await connected
    ran.signal('SIGINT')
    expect((await ran.ended).code).toBe(130)
    expect(await readdir(folder)).toEqual(['before.json'])
    expect(await readFile(join(folder, 'before.json'), 'utf8')).toBe('{"earlier":true}')
  })
})

describe('lint --watch --json', () => {
  it('prints a line for every look, and no document when it is stopped', async () => {
    const path = join(folder, 'mosquitto.conf')
    const bad = 'listener 1884 127.0.0.1\nenable_proxy_protocol_v2 true\nallow_anonymous true\n'
    await writeFile(path, bad)
    const ran = start(['lint', path, '--watch', '--no-programs', '--json'])
    await ran.printed(/watching/)
    // In one step: a look between the cutting and the writing would be a line of its own.
    await writeFile(`${path}.new`, bad.replace('protocol_v2 true', 'protocol 2'))
    await rename(`${path}.new`, path)
    await ran.printed(/^.*\n.*\n/)
    ran.signal('SIGINT')
    const { code, stdout } = await ran.ended
    expect(code).toBe(130)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).findings.length)).toEqual([1, 0])
  })
})
